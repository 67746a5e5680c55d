package io.vmessproxy.client.fault;

import static io.vmessproxy.client.fault.FaultBench.server;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.vmessproxy.client.fault.Fault.Broken;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.tls.Certificates;
import io.vmessproxy.client.transport.tls.TlsInbound;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.account.UserId;
import java.io.IOException;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Our own server behind WebSocket and TLS, by a certificate that is wrong; and TLS at one end. */
final class TlsFaults {
  private static final String TLS = "tls";
  private static final int TLS_HANDSHAKE = 0x16;
  private static final byte[] TLS_ALERT = {0x15, 3, 3, 0, 2, 2, 40};
  private static final String NAME = "a.example";
  private static final TransportSettings TCP = new TransportSettings.Tcp();
  private static final TransportSettings WS =
      new TransportSettings.WebSocket("/ray", null, Map.of(), null);
  private static final TransportSettings GRPC = new TransportSettings.Grpc("Gun", false, null);
  private static final TransportSettings HEADER =
      new TransportSettings.HttpHeader("GET", List.of("/ray"), Map.of());

  private TlsFaults() {}

  static List<Fault> all() {
    X509Bundle old = issued(Certificates.server().notBefore(day(2024)).notAfter(day(2025)));
    X509Bundle early = issued(Certificates.server().notBefore(day(2090)).notAfter(day(2091)));
    X509Bundle own = Certificates.selfSigned(Certificates.server());
    X509Bundle right = Certificates.SERVER;
    return List.of(
        certificate("is expired", Failure.TLS_EXPIRED, old, trusting()),
        certificate("is not yet valid", Failure.TLS_NOT_YET_VALID, early, trusting()),
        certificate("is for other names", Failure.TLS_WRONG_HOST, right, named("b.example")),
        certificate(
            "is for names, and we have an address",
            Failure.TLS_WRONG_HOST,
            issued(Certificates.named(NAME)),
            named(null)),
        certificate("is its own issuer", Failure.TLS_SELF_SIGNED, own, trusting()),
        certificate(
            "is of a root that is not trusted",
            Failure.TLS_UNTRUSTED,
            right,
            trusting(Certificates.OTHER_ROOT)),
        certificate(
            "is of no root of the system",
            Failure.TLS_UNTRUSTED,
            right,
            TlsSettings.STANDARD.withServerName(NAME)),
        certificate(
            "comes without its issuer", Failure.TLS_INCOMPLETE_CHAIN, alone(right), trusting()),
        certificate("is not the pinned one", Failure.TLS_PIN, right, pinned()),
        chosen("server takes no h2 in TLS", GRPC),
        both("TLS meets a plain server of VMess", Failure.RESET, TLS, TCP),
        both("TLS meets a plain WebSocket, which waits for a head", Failure.TIMED_OUT, TLS, WS),
        both("TLS meets plain HTTP/2", Failure.TLS_TO_PLAIN, TLS, GRPC),
        silent(
            "TLS meets a plain web server",
            Failure.TLS_TO_PLAIN,
            connection -> {
              connection.getInputStream().read();
              RawServer.send(connection, "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
              RawServer.finish(connection);
            }),
        silent("TLS meets silence", Failure.TIMED_OUT, RawServer::readAll),
        silent(
            "TLS meets a server that closes",
            Failure.RESET,
            connection -> {
              connection.getInputStream().read();
              connection.close();
            }),
        silent("TLS meets a server that resets", Failure.RESET, TlsFaults::reset),
        plain("VMess meets TLS", "vmess", TCP),
        new Fault(
            "VMess meets TLS that closes without an alert",
            Failure.PLAIN_TO_TLS,
            "vmess",
            bench -> Broken.of(server(bench.listening(TlsFaults::answerTlsAlone)))),
        plain("HTTP header meets TLS", "http-header", HEADER),
        plain("WebSocket meets TLS", "ws", WS),
        plain("gRPC meets TLS", "grpc", GRPC),
        new Fault(
            "user is unknown, behind WebSocket and TLS",
            Failure.UNKNOWN_USER,
            "vmess",
            bench ->
                Broken.of(
                    over(WS, trusting(), bench.vmess(WS, right), UserId.random(bench.random())))));
  }

  private static Fault certificate(
      String name, Failure expected, X509Bundle certificate, TlsSettings settings) {
    return new Fault(
        "certificate " + name,
        expected,
        TLS,
        bench -> Broken.of(over(WS, settings, bench.vmess(WS, certificate), FaultBench.USER)));
  }

  private static Fault chosen(String name, TransportSettings transport) {
    return new Fault(
        name,
        Failure.TLS_PROTOCOL,
        TLS,
        bench -> {
          TlsInbound web =
              new TlsInbound(
                  FaultBench.files(Certificates.SERVER),
                  List.of("http/1.1"),
                  (connection, streams) -> streams.accept(connection));
          return Broken.of(over(transport, trusting(), bench.vmess(0, 0, web), FaultBench.USER));
        });
  }

  /** We speak TLS, and the server only what is above it. */
  private static Fault both(
      String name, Failure expected, String stage, TransportSettings transport) {
    return new Fault(
        name,
        expected,
        stage,
        bench -> Broken.of(over(transport, trusting(), bench.vmess(transport), FaultBench.USER)));
  }

  private static Fault silent(String name, Failure expected, RawServer.Behaviour behaviour) {
    return new Fault(
        name,
        expected,
        TLS,
        bench -> Broken.of(over(TCP, trusting(), bench.listening(behaviour), FaultBench.USER)));
  }

  private static void reset(Socket connection) throws IOException {
    connection.getInputStream().read();
    RawServer.reset(connection);
  }

  /** As Go's servers. */
  private static void answerTlsAlone(Socket connection) throws IOException {
    if (connection.getInputStream().read() == TLS_HANDSHAKE) {
      RawServer.send(connection, TLS_ALERT);
    }
    RawServer.finish(connection);
  }

  /** We do not speak TLS, and the server does. */
  private static Fault plain(String name, String stage, TransportSettings transport) {
    return new Fault(
        name,
        Failure.PLAIN_TO_TLS,
        stage,
        bench -> Broken.of(server(bench.vmess(transport, Certificates.SERVER)), transport));
  }

  private static Server over(
      TransportSettings transport, TlsSettings tls, Destination address, UserId user) {
    return server(address, user, 0).withStream(new StreamSettings(transport, tls));
  }

  private static TlsSettings trusting() {
    return trusting(Certificates.ROOT);
  }

  private static TlsSettings trusting(X509Bundle root) {
    return new TlsSettings(
        NAME, List.of(), false, List.of(root.getCertificate()), List.of(), List.of());
  }

  private static TlsSettings named(@Nullable String name) {
    return trusting().withServerName(name);
  }

  private static TlsSettings pinned() {
    TlsSettings.Pin other = new TlsSettings.Pin(TlsSettings.Pin.Kind.CERTIFICATE, "5a".repeat(32));
    return new TlsSettings(NAME, List.of(), false, Certificates.roots(), List.of(other), List.of());
  }

  private static X509Bundle issued(CertificateBuilder builder) {
    return Certificates.issued(builder, Certificates.ROOT);
  }

  /** The same without what lies between it and the root. */
  private static X509Bundle alone(X509Bundle bundle) {
    return X509Bundle.fromCertificatePath(
        new X509Certificate[] {bundle.getCertificate()},
        bundle.getCertificate(),
        bundle.getKeyPair());
  }

  private static Instant day(int year) {
    return Instant.parse(year + "-01-02T03:04:05Z");
  }
}
