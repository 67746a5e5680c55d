package io.vmessproxy.client.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ConnectTimeoutException;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.OutOfDescriptors;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.UserId;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectFailureTest {
  /** A name whose words would mislead. */
  private static final String HOST = "look-up.unreachable.reset.example";

  static Stream<Arguments> causes() {
    return Stream.of(
        Arguments.of(
            new UnknownHostException(HOST + ": Name or service not known"), Failure.UNRESOLVED),
        Arguments.of(
            new UnknownHostException(HOST + ": Temporary failure in name resolution"),
            Failure.UNRESOLVED),
        Arguments.of(new ConnectTimeoutException("no connection"), Failure.TIMED_OUT),
        Arguments.of(
            new ConnectException("Connection timed out: " + HOST + "/192.0.2.1:443"),
            Failure.TIMED_OUT),
        Arguments.of(
            new ConnectException("Connection refused: " + HOST + "/192.0.2.1:443"),
            Failure.REFUSED),
        Arguments.of(new NoRouteToHostException("No route to host"), Failure.UNREACHABLE),
        Arguments.of(
            new IOException("Network is unreachable: " + HOST + "/192.0.2.1:443"),
            Failure.UNREACHABLE),
        Arguments.of(new IOException("Cannot assign requested address"), Failure.UNREACHABLE),
        Arguments.of(new IOException("Protocol family unavailable"), Failure.UNREACHABLE),
        Arguments.of(new IOException("Operation not permitted"), Failure.UNREACHABLE),
        Arguments.of(new IOException("Connection reset by peer"), Failure.RESET),
        Arguments.of(new ClosedChannelException(), Failure.RESET));
  }

  @ParameterizedTest
  @MethodSource("causes")
  void hasOneClassAndAnAction(IOException cause, Failure expected) {
    OutboundException failure = ConnectFailure.of(cause, server());

    assertThat(failure.failure()).isEqualTo(expected);
    assertThat(failure.evidence()).isNotBlank();
    assertThat(failure.action()).isNotBlank();
  }

  @Test
  void doesNotBlameTheServerForOurOwnLimit() {
    OutboundException failure = ConnectFailure.of(new OutOfDescriptors(), server());

    assertThat(failure.failure()).isEqualTo(Failure.EXHAUSTED);
    assertThat(failure)
        .hasMessage(
            "server here, connect: this machine's limit of open files is reached"
                + " (raise it: ulimit -n)");
  }

  @Test
  void keepsWhatALayerSays() {
    OutboundException failure =
        ConnectFailure.of(
            new TransportException(Failure.WRONG_PATH, "ws", "answered 404", "is --path right?"),
            server());

    assertThat(failure).hasMessage("server here, ws: answered 404 (is --path right?)");
    assertThat(failure.failure()).isEqualTo(Failure.WRONG_PATH);
  }

  private static Server server() {
    Account user =
        new Account(
            UserId.parse("27848739-7e62-4138-9fd3-098a63964b6b"), 0, Security.AES_128_GCM, 0);
    return new Server("here", new Destination(Address.of(HOST), 443), List.of(user));
  }
}
