package io.vmessproxy.client.transport.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who does TLS, and what both ends speak: BoringSSL where it loads, the JDK's own elsewhere. */
final class TlsProvider {
  /** {@code jdk} leaves BoringSSL out. */
  static final String PROPERTY = "io.vmessproxy.tls";

  private static final Logger LOG = LoggerFactory.getLogger(TlsProvider.class);

  private static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

  /** As Go has them, for what servers offer: forward secret, those without CBC first. */
  private static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
          "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
          "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
          "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA");

  private static final AtomicReference<@Nullable SslProvider> LOGGED = new AtomicReference<>();

  /** For what takes a while; not the JDK's common ones, which somebody may hold up. */
  static final Executor THREADS = threads();

  private TlsProvider() {}

  private static Executor threads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            2,
            2,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // As long as there are servers.
            new DefaultThreadFactory("tls", true));
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** Loads what the first handshake needs, on a thread of its own: that takes half a second. */
  static void warmUp() {
    if (WarmUp.STARTED.isCompletedExceptionally()) {
      LOG.debug("tls: cannot be made ready beforehand");
    }
  }

  /** The one to use now. */
  static SslProvider chosen() {
    SslProvider provider =
        "jdk".equals(System.getProperty(PROPERTY)) || !Native.WORKS
            ? SslProvider.JDK
            : SslProvider.OPENSSL;
    if (LOGGED.getAndSet(provider) != provider) {
      LOG.info("tls: {}", provider == SslProvider.JDK ? "the JDK's" : OpenSsl.versionString());
    }
    return provider;
  }

  /**
   * Sets up either end: TLS 1.2 and 1.3.
   *
   * @param alpn empty: none is offered
   */
  static SslContextBuilder configure(
      SslContextBuilder builder, SslProvider provider, List<String> alpn) {
    builder
        .sslProvider(provider)
        .protocols(VERSIONS)
        .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE);
    if (!alpn.isEmpty()) {
      // The gentlest ways are the only ones that both providers have; TlsTransport is stricter.
      builder.applicationProtocolConfig(
          new ApplicationProtocolConfig(
              Protocol.ALPN,
              SelectorFailureBehavior.NO_ADVERTISE,
              SelectedListenerFailureBehavior.ACCEPT,
              alpn));
    }
    return builder;
  }

  /** Whether BoringSSL loads here and does what is asked of it. */
  private static final class Native {
    static final boolean WORKS = works();

    private static boolean works() {
      if (!OpenSsl.isAvailable()) {
        LOG.debug("tls: no BoringSSL here: {}", String.valueOf(OpenSsl.unavailabilityCause()));
        return false;
      }
      try {
        configure(SslContextBuilder.forClient(), SslProvider.OPENSSL, List.of("h2")).build();
        return true;
      } catch (SSLException | RuntimeException e) {
        LOG.debug("tls: BoringSSL does not do what is needed: {}", e.toString());
        return false;
      }
    }
  }

  private static final class WarmUp {
    static final CompletableFuture<Void> STARTED =
        CompletableFuture.runAsync(
            () -> {
              chosen();
              Trust.system();
            },
            THREADS);
  }
}
