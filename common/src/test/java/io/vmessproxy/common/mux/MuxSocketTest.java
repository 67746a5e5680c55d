package io.vmessproxy.common.mux;

import static io.vmessproxy.common.mux.WireFrames.destination;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.Network;
import io.vmessproxy.common.net.StreamOptions;
import io.vmessproxy.common.relay.SocketEnd;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both ends over a real socket, where back-pressure is the kernel's. */
class MuxSocketTest {
  private static final int STREAMS = 6;
  private static final int BYTES = 3_000_000;

  private final EventLoopGroup loops = EventLoops.group(1);
  private final MuxConnection client = MuxConnection.client(MuxLimits.CLIENT);
  private Channel listener;
  private Channel socket;

  @BeforeEach
  void connect() throws Exception {
    ServerBootstrap server =
        new ServerBootstrap()
            .group(loops)
            .channel(EventLoops.serverChannel())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    MuxConnection mux =
                        MuxConnection.server(
                            (stream, network, target) -> echo(stream), MuxLimits.SERVER);
                    accepted.pipeline().addLast(new SocketEnd(), mux);
                    mux.start();
                  }
                });
    StreamOptions.apply(server);
    listener = server.bind(InetAddress.getLoopbackAddress(), 0).sync().channel();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(EventLoops.socketChannel())
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel connecting) {
                    connecting.pipeline().addLast(new SocketEnd(), client);
                  }
                });
    StreamOptions.apply(bootstrap);
    socket = bootstrap.connect((InetSocketAddress) listener.localAddress()).sync().channel();
    onLoop(client::start);
  }

  @AfterEach
  void close() throws Exception {
    listener.close().sync();
    socket.close().sync();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  /** Reads only while it can write, as a relay does; ends behind {@link #BYTES}. */
  private static void echo(Channel stream) {
    stream
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              private int left = BYTES;

              @Override
              public void channelRead(ChannelHandlerContext ctx, Object msg) {
                if (msg instanceof ByteBuf data) {
                  left -= data.readableBytes();
                  ctx.writeAndFlush(data);
                }
                if (left == 0) {
                  ctx.writeAndFlush(EndOfStream.INSTANCE);
                }
              }

              @Override
              public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                ctx.channel().config().setAutoRead(ctx.channel().isWritable());
              }
            });
    stream.config().setAutoRead(true);
  }

  @Test
  @Timeout(60)
  void carriesManyLongStreamsBothWaysAtOnce() throws Exception {
    List<Recorder> readers = new ArrayList<>();
    List<Channel> streams = new ArrayList<>();
    onLoop(
        () -> {
          for (int i = 0; i < STREAMS; i++) {
            Channel stream = client.open(Network.TCP, destination("a.example:" + i));
            readers.add(Recorder.of(stream));
            stream.config().setAutoRead(true);
            streams.add(stream);
            for (int offset = 0; offset < BYTES; offset += 50_000) {
              stream.write(Unpooled.wrappedBuffer(part(i, offset)));
            }
            stream.flush();
          }
        });
    for (Channel stream : streams) {
      stream.closeFuture().sync();
    }

    for (int i = 0; i < STREAMS; i++) {
      byte[] read = readers.get(i).bytes();
      assertThat(read).hasSize(BYTES);
      for (int offset = 0; offset < BYTES; offset += 50_000) {
        assertThat(read[offset]).isEqualTo(part(i, offset)[0]);
      }
      assertThat(readers.get(i).ended()).isTrue();
    }
    CompletableFuture<Boolean> open = new CompletableFuture<>();
    onLoop(() -> open.complete(socket.isOpen() && client.openStreams() == 0));
    assertThat(open.get()).isTrue();
  }

  private static byte[] part(int stream, int offset) {
    byte[] part = new byte[50_000];
    Arrays.fill(part, (byte) (31 * stream + offset / 50_000));
    return part;
  }

  private void onLoop(Runnable task) throws Exception {
    socket.eventLoop().submit(task).sync();
  }
}
