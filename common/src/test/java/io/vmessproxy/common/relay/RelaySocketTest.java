package io.vmessproxy.common.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.StreamOptions;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.policy.Policy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the ends of a relay see of each other on the wire: FIN for an end, RST for a tear. */
@Timeout(20)
class RelaySocketTest {
  private final EventLoopGroup loops = EventLoops.group(1);
  private final SystemResolver resolver = new SystemResolver();
  private final Dialer dialer = new Dialer(resolver);
  private ServerSocket target;
  private Socket application;
  private Socket accepted;

  @BeforeEach
  void connect() throws IOException {
    target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(EventLoops.serverChannel())
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel inbound) {
                    dialAndJoin(inbound);
                  }
                });
    StreamOptions.apply(bootstrap);
    Channel listener =
        bootstrap.bind(InetAddress.getLoopbackAddress(), 0).syncUninterruptibly().channel();
    int port = ((InetSocketAddress) listener.localAddress()).getPort();
    application = new Socket(InetAddress.getLoopbackAddress(), port);
    accepted = target.accept();
    // A byte each way: the relay stands.
    application.getOutputStream().write('a');
    assertThat(accepted.getInputStream().read()).isEqualTo('a');
    accepted.getOutputStream().write('b');
    assertThat(application.getInputStream().read()).isEqualTo('b');
  }

  private void dialAndJoin(Channel inbound) {
    Destination to = new Destination(Address.of("127.0.0.1"), target.getLocalPort());
    Future<Channel> dialing = dialer.dial(to, true, Duration.ofSeconds(5), inbound.eventLoop());
    dialing.addListener(
        dialed -> {
          Channel outbound = dialing.getNow();
          inbound.pipeline().addLast(new SocketEnd());
          outbound.pipeline().addLast(new SocketEnd());
          Relay.join(inbound, outbound, Policy.DEFAULT).start();
        });
  }

  @AfterEach
  void stop() throws IOException {
    application.close();
    accepted.close();
    target.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  @Test
  void passesAnEndOnAsAnEndAndKeepsTheOtherDirection() throws IOException {
    application.shutdownOutput();
    assertThat(accepted.getInputStream().read()).isEqualTo(-1);

    accepted.getOutputStream().write('c');
    accepted.shutdownOutput();
    assertThat(application.getInputStream().readAllBytes()).containsExactly('c');
  }

  @Test
  void resetsTheApplicationWhenTheTargetResets() throws IOException {
    accepted.setSoLinger(true, 0);
    accepted.close();

    assertThatThrownBy(() -> application.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  @Test
  void resetsTheTargetWhenTheApplicationResets() throws IOException {
    application.setSoLinger(true, 0);
    application.close();

    assertThatThrownBy(() -> accepted.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }
}
