package io.vmessproxy.common.vmess.inbound;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.policy.Policy;
import io.vmessproxy.common.relay.Relay;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.header.AeadSeal;
import io.vmessproxy.common.vmess.header.AuthId;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a connection's request header, opens its target, and leaves to {@link VmessServerStream}
 * and a relay.
 *
 * <pre>
 *   16 bytes    18                8       length + 16
 * +-----------+-----------------+-------+--------------------+
 * | auth id   | length, sealed  | nonce | header, sealed     |
 * +-----------+-----------------+-------+--------------------+
 * </pre>
 *
 * <p>Whatever is wrong with it, the stranger sees the same: his bytes are taken, up to a number
 * that says nothing, or until the handshake's time is over; then the connection closes. The reason
 * goes to the log.
 */
final class VmessServerHandshake extends ByteToMessageDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(VmessServerHandshake.class);

  private enum State {
    AUTH_ID,
    LENGTH,
    HEADER,
    OPENING,
    DRAINING
  }

  private final VmessServer server;

  private State state = State.AUTH_ID;
  private final byte[] authId = new byte[AuthId.BYTES];
  private final byte[] nonce = new byte[AeadSeal.NONCE_BYTES];
  private UserRegistry.@Nullable User user;
  private int headerBytes; // of the sealed header, its tag included
  private long received; // since the connection's first byte
  private int drainBytes;
  private @Nullable ScheduledFuture<?> deadline;

  VmessServerHandshake(VmessServer server) {
    this.server = server;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) throws Exception {
    // The level's own policy is not known before the user is.
    Policy policy = server.policies().of(0);
    deadline =
        ctx.executor()
            .schedule(() -> expire(ctx), policy.handshake().toNanos(), TimeUnit.NANOSECONDS);
    ctx.channel().config().setAutoRead(true);
    super.channelActive(ctx);
  }

  private void expire(ChannelHandlerContext ctx) {
    if (state != State.DRAINING) {
      LOG.info("{}: no whole request header in time", ctx.channel().remoteAddress());
    }
    ctx.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
    received += ((ByteBuf) msg).readableBytes();
    super.channelRead(ctx, msg);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    try {
      switch (state) {
        case AUTH_ID -> readAuthId(in);
        case LENGTH -> readLength(in);
        case HEADER -> readHeader(ctx, in);
        case OPENING -> {} // The body waits for its target.
        case DRAINING -> drain(ctx, in);
      }
    } catch (VmessException e) {
      LOG.info("{}: {}", ctx.channel().remoteAddress(), e.getMessage());
      state = State.DRAINING;
      drainBytes = server.drainBytes();
      drain(ctx, in);
    }
  }

  private void readAuthId(ByteBuf in) {
    if (in.readableBytes() >= authId.length) {
      in.readBytes(authId);
      user = server.users().authenticate(authId.clone());
      state = State.LENGTH;
    }
  }

  private void readLength(ByteBuf in) {
    if (in.readableBytes() >= AeadSeal.SEALED_LENGTH_BYTES + nonce.length) {
      byte[] sealed = new byte[AeadSeal.SEALED_LENGTH_BYTES];
      in.readBytes(sealed).readBytes(nonce);
      headerBytes = AeadSeal.openLength(user().key(), authId, sealed, nonce);
      state = State.HEADER;
    }
  }

  private void readHeader(ChannelHandlerContext ctx, ByteBuf in) {
    if (in.readableBytes() >= headerBytes) {
      byte[] sealed = new byte[headerBytes];
      in.readBytes(sealed);
      RequestHeader header = AeadSeal.openHeader(user().key(), authId, nonce, sealed);
      server.users().admit(user(), header);
      state = State.OPENING;
      cancelDeadline();
      open(ctx, header);
    }
  }

  private void open(ChannelHandlerContext ctx, RequestHeader header) {
    Channel client = ctx.channel();
    client.config().setAutoRead(false);
    if (header.command() != Command.TCP || header.destination() == null) {
      LOG.debug("{}: command {} is not served", client.remoteAddress(), header.command());
      answerNothing(ctx, header);
      return;
    }
    Future<Channel> opening = server.freedom().open(header.destination(), client.eventLoop());
    client.closeFuture().addListener(closed -> opening.cancel(false));
    opening.addListener(
        opened -> {
          if (opened.isSuccess()) {
            relay(ctx, header, opening.getNow());
          } else if (!opening.isCancelled()) {
            LOG.info("{}: {}", header.destination(), opened.cause().toString());
            answerNothing(ctx, header);
          }
        });
  }

  private void relay(ChannelHandlerContext ctx, RequestHeader header, Channel target) {
    Channel client = ctx.channel();
    client.pipeline().addLast(new VmessServerStream(header, null));
    Relay relay = Relay.join(client, target, server.policies().of(user().account().level()));
    // Only now: what was read too far of the body goes to the stream that has just been put behind.
    client.pipeline().remove(this);
    relay.start();
  }

  /** The protocol has no word for "the target does not answer": an empty answer must do. */
  private void answerNothing(ChannelHandlerContext ctx, RequestHeader header) {
    ctx.pipeline().addLast(new VmessServerStream(header, null));
    ctx.channel().writeAndFlush(EndOfStream.INSTANCE).addListener(ChannelFutureListener.CLOSE);
  }

  private void drain(ChannelHandlerContext ctx, ByteBuf in) {
    in.skipBytes(in.readableBytes());
    if (received >= drainBytes) {
      ctx.close();
    }
  }

  private UserRegistry.User user() {
    return Objects.requireNonNull(user);
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    cancelDeadline();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("{}: {}", ctx.channel(), cause.toString());
    ctx.close();
  }
}
