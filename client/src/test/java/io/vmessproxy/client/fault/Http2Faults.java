package io.vmessproxy.client.fault;

import static io.vmessproxy.client.fault.FaultBench.USER;
import static io.vmessproxy.client.fault.FaultBench.loopback;
import static io.vmessproxy.client.fault.FaultBench.server;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.vmessproxy.client.fault.Fault.Broken;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.TransportSettings.Grpc;
import io.vmessproxy.client.transport.TransportSettings.Http2;
import io.vmessproxy.client.transport.http2.Http2Acceptor;
import io.vmessproxy.client.transport.http2.Http2Gate;
import io.vmessproxy.client.transport.stack.Transports;
import io.vmessproxy.client.transport.tls.Certificates;
import io.vmessproxy.common.vmess.account.UserId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;

/** h2 and gRPC, against our own servers and those of others. */
final class Http2Faults {
  private static final TransportSettings H2 = h2("/ray");
  private static final TransportSettings GRPC = new Grpc("Gun", false, null);
  private static final TransportSettings OTHER_SERVICE = new Grpc("Other", false, null);

  private Http2Faults() {}

  static List<Fault> all() {
    return List.of(
        met("h2, path is wrong", H2, Failure.WRONG_PATH, h2("/other")),
        met(
            "h2, host is wrong",
            H2,
            Failure.WRONG_PATH,
            new Http2("PUT", "/ray", List.of("a.example"), Map.of())),
        met("grpc, service is wrong", GRPC, Failure.WRONG_SERVICE, OTHER_SERVICE),
        met(
            "grpc, service is wrong, multi",
            new Grpc("Gun", true, null),
            Failure.WRONG_SERVICE,
            OTHER_SERVICE),
        new Fault(
            "grpc, service is wrong, as Go says it",
            Failure.WRONG_SERVICE,
            "grpc",
            bench -> Broken.of(server(bench.vmess(0, 0, new GoCalls())), GRPC)),
        met("grpc, 404 of an h2 server", GRPC, Failure.WRONG_SERVICE, h2("/other")),
        new Fault(
            "grpc, service is wrong, behind TLS",
            Failure.WRONG_SERVICE,
            "grpc",
            bench ->
                Broken.of(
                    server(bench.vmess(OTHER_SERVICE, Certificates.SERVER))
                        .withStream(new StreamSettings(GRPC, trusting())))),
        answered("h2, 502 of a proxy", H2, Failure.HTTP_STATUS, Map.of(":status", "502")),
        answered("h2, 403", H2, Failure.HTTP_STATUS, Map.of(":status", "403")),
        answered("grpc, 502 of a proxy", GRPC, Failure.HTTP_STATUS, Map.of(":status", "502")),
        answered(
            "grpc, 404 of a web server", GRPC, Failure.WRONG_SERVICE, Map.of(":status", "404")),
        answered(
            "grpc, a web site answers",
            GRPC,
            Failure.WRONG_SERVICE,
            Map.of(":status", "200", "content-type", "text/html")),
        answered(
            "grpc, server says unavailable",
            GRPC,
            Failure.TRANSPORT,
            Map.of(":status", "200", "content-type", "application/grpc", "grpc-status", "14")),
        raw("h2, an HTTP/1.1 server", H2, Failure.TRANSPORT, Http2Faults::http1),
        raw("grpc, an HTTP/1.1 server", GRPC, Failure.TRANSPORT, Http2Faults::http1),
        raw("h2, silent", H2, Failure.TIMED_OUT, RawServer::readAll),
        raw("grpc, silent", GRPC, Failure.TIMED_OUT, RawServer::readAll),
        raw(
            "grpc, closed",
            GRPC,
            Failure.RESET,
            connection -> {
              connection.getInputStream().read();
              connection.close();
            }),
        unknown("h2, user is unknown", H2),
        unknown("grpc, user is unknown", GRPC),
        new Fault(
            "grpc, an hour ahead",
            Failure.CLOCK,
            "vmess",
            bench -> Broken.of(server(bench.vmess(0, 3600, Transports.inbound(GRPC, null))), GRPC)),
        new Fault(
            "h2, eight hours behind",
            Failure.CLOCK,
            "vmess",
            bench -> Broken.of(server(bench.vmess(0, -28_800, Transports.inbound(H2, null))), H2)),
        new Fault(
            "grpc, has no alterId, and we have one",
            Failure.HEADER_FORM,
            "vmess",
            bench -> Broken.of(server(bench.vmess(GRPC), USER, 64), GRPC)),
        target("grpc, target refuses", GRPC),
        target("h2, target refuses", H2));
  }

  private static TransportSettings h2(String path) {
    return new Http2("PUT", path, List.of(), Map.of());
  }

  private static TlsSettings trusting() {
    return new TlsSettings(
        "a.example", List.of(), false, Certificates.roots(), List.of(), List.of());
  }

  /** Our own server has other settings. */
  private static Fault met(
      String name, TransportSettings ours, Failure expected, TransportSettings theirs) {
    return new Fault(
        name, expected, ours.name(), bench -> Broken.of(server(bench.vmess(theirs)), ours));
  }

  private static Fault answered(
      String name, TransportSettings ours, Failure expected, Map<String, String> headers) {
    return new Fault(
        name,
        expected,
        ours.name(),
        bench ->
            Broken.of(server(bench.vmess(0, 0, new Http2Acceptor(new Refusing(headers)))), ours));
  }

  private static Fault raw(
      String name, TransportSettings ours, Failure expected, RawServer.Behaviour behaviour) {
    return new Fault(
        name, expected, ours.name(), bench -> Broken.of(server(bench.listening(behaviour)), ours));
  }

  private static void http1(Socket connection) throws IOException {
    connection.getInputStream().read();
    RawServer.send(
        connection, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
    RawServer.finish(connection);
  }

  private static Fault unknown(String name, TransportSettings both) {
    return new Fault(
        name,
        Failure.UNKNOWN_USER,
        "vmess",
        bench -> Broken.of(server(bench.vmess(both), UserId.random(bench.random()), 0), both));
  }

  private static Fault target(String name, TransportSettings both) {
    return new Fault(
        name,
        Failure.TARGET,
        "target",
        bench -> {
          try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Broken.of(server(bench.vmess(both)), both)
                .withTarget(loopback(closed.getLocalPort()));
          }
        });
  }

  /** What stands before the server answers every request in its stead. */
  private record Refusing(Map<String, String> headers) implements Http2Gate {
    @Override
    public Http2Headers refusal(Http2Headers request) {
      Http2Headers answer = new DefaultHttp2Headers();
      headers.forEach(answer::set);
      return answer;
    }

    @Override
    public Http2Headers answer() {
      throw new IllegalStateException("all are refused");
    }

    @Override
    public Http2Headers trailers() {
      throw new IllegalStateException("all are refused");
    }

    @Override
    public List<ChannelHandler> codecs() {
      return List.of();
    }
  }
}
