package io.vmessproxy.client.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.vmessproxy.common.net.InboundTransport;
import io.vmessproxy.common.net.UnjoinedGuard;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class InboundHandshakeTest {
  /** Netty warns of what reaches a pipeline's end: strangers could fill a log. */
  @Test
  void takesTheExceptionsOfALayerAboveThatHasNoStreamYet() {
    InboundTransport above =
        (connection, streams) -> connection.pipeline().addLast(new ChannelInboundHandlerAdapter());
    EmbeddedChannel connection =
        new EmbeddedChannel(new InboundHandshake(above, stream -> {}), UnjoinedGuard.INSTANCE);
    connection.pipeline().fireUserEventTriggered(SslHandshakeCompletionEvent.SUCCESS);

    connection.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));

    connection.checkException();
    assertThat(connection.isActive()).isFalse();
  }
}
