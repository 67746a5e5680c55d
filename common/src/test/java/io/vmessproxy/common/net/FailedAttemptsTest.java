package io.vmessproxy.common.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailedAttemptsTest {
  /** From the one that tells the least; the name's own words say nothing. */
  private static final List<Throwable> BY_WEIGHT =
      List.of(
          new IOException("Network is unreachable: refused.reset.example/2001:db8:0:0:0:0:0:1:80"),
          new IOException("Operation not permitted: a.example/192.0.2.1:80"),
          new ConnectTimeoutException("no connection within 200 ms"),
          new IOException("Connection reset by peer"),
          new ConnectException("Connection refused: a.example/192.0.2.1:80"));

  @Test
  void tellsTheOneThatSaysTheMostInWhateverOrderTheyCome() {
    for (int less = 0; less < BY_WEIGHT.size(); less++) {
      for (int more = less + 1; more < BY_WEIGHT.size(); more++) {
        assertThat(best(BY_WEIGHT.get(less), BY_WEIGHT.get(more))).isSameAs(BY_WEIGHT.get(more));
        assertThat(best(BY_WEIGHT.get(more), BY_WEIGHT.get(less))).isSameAs(BY_WEIGHT.get(more));
      }
    }
  }

  @Test
  void tellsTheLastOfEqualOnes() {
    Throwable first = new UnsupportedAddressTypeException();
    Throwable last = new NoRouteToHostException("No route to host");

    assertThat(best(first, last)).isSameAs(last);
  }

  @Test
  void tellsOurOwnLimitBeforeAllElse() {
    Throwable noSocket =
        new ChannelException(
            "no socket", new IOException("newSocketStream(..): Too many open files"));

    assertThat(best(noSocket, BY_WEIGHT.get(4))).isInstanceOf(OutOfDescriptors.class);
    assertThat(best(BY_WEIGHT.get(4), noSocket))
        .isInstanceOf(OutOfDescriptors.class)
        .hasMessage("this machine's limit of open files is reached");
  }

  private static Throwable best(Throwable first, Throwable second) {
    FailedAttempts attempts = new FailedAttempts();
    attempts.add(first);
    return attempts.with(second);
  }
}
