package io.vmessproxy.common.vmess.inbound;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmessproxy.common.policy.Policy;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.header.AuthId;
import io.vmessproxy.common.vmess.header.LegacyOpener;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a connection's request header and hands on to {@link ServerStreams}; it leaves when there
 * is someone to take the body.
 *
 * <pre>
 *   16 bytes
 * +----------------------------+-------------------------------------------------+
 * | auth id, or a legacy one's | the rest: AeadOpener or LegacyOpener, whichever |
 * | HMAC of the time           | the 16 bytes turn out to be                     |
 * +----------------------------+-------------------------------------------------+
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
    HEADER,
    OPENING,
    DRAINING
  }

  private final VmessServer server;

  private State state = State.AUTH_ID;
  private final byte[] authId = new byte[AuthId.BYTES];
  private UserRegistry.@Nullable Sender sender;
  private @Nullable HeaderOpener opener;
  private long received; // since the connection's first byte
  private int drainBytes;
  private @Nullable ScheduledFuture<?> deadline;

  VmessServerHandshake(VmessServer server) {
    this.server = server;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      start(ctx); // Behind a transport's handshake.
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) throws Exception {
    start(ctx);
    super.channelActive(ctx);
  }

  private void start(ChannelHandlerContext ctx) {
    if (deadline != null) {
      return;
    }
    // The level's own policy is not known before the user is.
    Policy policy = server.options().policies().of(0);
    deadline =
        ctx.executor()
            .schedule(() -> expire(ctx), policy.handshake().toNanos(), TimeUnit.NANOSECONDS);
    ctx.channel().config().setAutoRead(true);
  }

  private void expire(ChannelHandlerContext ctx) {
    if (state != State.DRAINING) {
      log(ctx, "no whole request header in time");
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
        case HEADER -> readHeader(ctx, in);
        case OPENING -> {} // The body waits for its target.
        case DRAINING -> drain(ctx, in);
      }
    } catch (VmessException e) {
      refuse(ctx, e);
      drain(ctx, in);
    }
  }

  private void readAuthId(ByteBuf in) {
    if (in.readableBytes() >= authId.length) {
      in.readBytes(authId);
      sender = server.users().identify(authId);
      CommandKey key = sender.user().key();
      opener =
          switch (sender.form()) {
            case AEAD -> new AeadOpener(key, authId);
            case LEGACY -> new LegacyOpener(key, sender.unixSeconds())::read;
          };
      state = State.HEADER;
    }
  }

  private void readHeader(ChannelHandlerContext ctx, ByteBuf in) {
    RequestHeader header = Objects.requireNonNull(opener).read(in);
    if (header == null) {
      return;
    }
    UserRegistry.User user = Objects.requireNonNull(sender).user();
    server.users().admit(user, header);
    state = State.OPENING;
    cancelDeadline();
    if (server.options().disableInsecureEncryption() && !sealed(header.security())) {
      log(ctx, "%s, security %s is disabled".formatted(user, header.security().text()));
      ctx.close();
      return;
    }
    Channel client = ctx.channel();
    client.config().setAutoRead(false);
    new ServerStreams(server, user.settings()).open(client, header, this);
  }

  private static boolean sealed(Security security) {
    return security == Security.AES_128_GCM || security == Security.CHACHA20_POLY1305;
  }

  private void refuse(ChannelHandlerContext ctx, VmessException e) {
    String reason = String.valueOf(e.getMessage());
    log(ctx, sender == null ? reason : sender.user() + ", " + reason);
    if (sender != null && sender.form() == HeaderForm.LEGACY) {
      server.users().burn(authId);
    }
    state = State.DRAINING;
    drainBytes = server.drainBytes();
  }

  private void log(ChannelHandlerContext ctx, String reason) {
    server.log().write(String.valueOf(ctx.channel().remoteAddress()), reason);
  }

  private void drain(ChannelHandlerContext ctx, ByteBuf in) {
    in.skipBytes(in.readableBytes());
    if (received >= drainBytes) {
      ctx.close();
    }
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
