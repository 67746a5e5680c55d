package io.vmessproxy.client.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;

/** Who does TLS on our side in a test. */
enum Provider {
  BORINGSSL("", SslProvider.OPENSSL),
  JDK("jdk", SslProvider.JDK);

  private final String property;
  private final SslProvider netty;

  Provider(String property, SslProvider netty) {
    this.property = property;
    this.netty = netty;
  }

  /** Makes it the one that is chosen, and makes sure of that. */
  void choose() {
    assertThat(OpenSsl.isAvailable()).as("BoringSSL loads here").isTrue();
    System.setProperty(TlsProvider.PROPERTY, property);
    assertThat(TlsProvider.chosen()).isEqualTo(netty);
  }

  static void forget() {
    System.clearProperty(TlsProvider.PROPERTY);
  }

  SslProvider netty() {
    return netty;
  }
}
