package io.vmessproxy.client.fetch;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.ExtendedKeyUsage;
import io.netty.pkitesting.X509Bundle;
import io.vmessproxy.client.transport.TlsSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** A certificate authority, and web servers with its certificates. */
public final class TestAuthority {
  private final X509Bundle root;

  public TestAuthority() throws Exception {
    root =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=Test Root")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
  }

  /** What trusts this authority alone. */
  public TlsSettings settings() {
    return new TlsSettings(
        null, List.of(), false, List.of(root.getCertificate()), List.of(), List.of());
  }

  /** A server for {@code localhost}; its answers by path, a Location for a redirect. */
  public HttpsServer server(Map<String, String> answers) throws Exception {
    X509Bundle bundle =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=localhost")
            .addSanDnsName("localhost")
            .addExtendedKeyUsage(ExtendedKeyUsage.PKIX_KP_SERVER_AUTH)
            .buildIssuedBy(root);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(bundle.toKeyManagerFactory().getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    answers.forEach(
        (path, answer) ->
            server.createContext(
                path,
                exchange -> {
                  boolean redirect = answer.contains("://");
                  if (redirect) {
                    exchange.getResponseHeaders().set("Location", answer);
                  }
                  exchange.sendResponseHeaders(redirect ? 302 : 200, 0);
                  exchange.getResponseBody().write(answer.getBytes(StandardCharsets.UTF_8));
                  exchange.close();
                }));
    server.start();
    return server;
  }
}
