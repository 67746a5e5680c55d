package io.vmessproxy.client.subscribe;

import io.vmessproxy.client.link.LinkException;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.UserId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A form of body for tests: a line each server, {@code NAME PORT}; one that begins with {@code !}
 * is not usable. One named {@code open} has no security, one named {@code posed} takes any
 * certificate.
 */
final class TestBodies {
  private TestBodies() {}

  static BodyReader.Read read(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    if (text.startsWith("<html")) {
      throw new LinkException("HTML_PAGE", null, "a web page: " + text);
    }
    List<Server> servers = new ArrayList<>();
    List<String> unusable = new ArrayList<>();
    Map<String, String> comments = new HashMap<>();
    int line = 0;
    for (String one : text.lines().toList()) {
      line++;
      if (one.startsWith("!")) {
        unusable.add("line " + line + ": BAD_PORT: " + one);
      } else if (one.startsWith("#profile-title: ")) {
        comments.put("profile-title", one.substring(one.indexOf(' ') + 1));
      } else if (!one.startsWith("#") && !one.isEmpty()) {
        String[] parts = one.split(" ", -1);
        servers.add(server(parts[0], Integer.parseInt(parts[1])));
      }
    }
    if (servers.isEmpty()) {
      throw new LinkException("NO_USABLE_NODE", null, "no VMess server in it");
    }
    return new BodyReader.Read(servers, unusable, 0, List.of(), comments);
  }

  static Server server(String name, int port) {
    Security security = name.equals("open") ? Security.NONE : Security.AES_128_GCM;
    Account user = new Account(UserId.of(new byte[16]), 0, security, 0);
    Server server = new Server(name, new Destination(Address.of("127.0.0.1"), port), List.of(user));
    return name.equals("posed")
        ? server.withStream(
            new StreamSettings(
                new TransportSettings.Tcp(),
                new TlsSettings(null, List.of(), true, List.of(), List.of(), List.of())))
        : server;
  }
}
