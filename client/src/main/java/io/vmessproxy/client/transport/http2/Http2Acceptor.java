package io.vmessproxy.client.transport.http2;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.vmessproxy.common.net.InboundTransport;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The server's end: a connection speaks HTTP/2 from its first byte, and each request that its gate
 * lets in is a stream. What a client may send, and make a server hold, is bounded.
 */
public final class Http2Acceptor implements InboundTransport {
  /** So long a connection may be without a stream; proxies keep theirs for the next one. */
  private static final Duration IDLE = Duration.ofSeconds(60);

  private final Http2Gate gate;
  private final Duration idle;

  public Http2Acceptor(Http2Gate gate) {
    this(gate, IDLE);
  }

  Http2Acceptor(Http2Gate gate, Duration idle) {
    this.gate = gate;
    this.idle = idle;
  }

  @Override
  public void accept(Channel connection, Consumer<Channel> streams) {
    InboundConnection guard = new InboundConnection(connection, idle);
    Http2FrameCodec codec = Http2Limits.serverCodec();
    connection
        .pipeline()
        .addLast(codec)
        .addLast(
            new Http2MultiplexHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel stream) {
                    guard.opened(stream);
                    stream.config().setAutoRead(false);
                    stream.pipeline().addLast(new ServerStream(guard, gate, streams));
                  }
                }))
        .addLast(guard);
    Http2Limits.widen(connection, codec);
    connection.config().setAutoRead(true);
  }
}
