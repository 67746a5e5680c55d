package io.vmessproxy.client.link;

import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.selection.UdpMode;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.UserId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From a {@link Node} to what the program uses, and back. */
public final class Nodes {
  private static final int MAX_TAG_CHARS = 100; // as of a --tag

  private Nodes() {}

  /**
   * The server of a node, tagged with its name.
   *
   * @throws LinkException with {@code UNSUPPORTED_TRANSPORT} if there is no such transport here
   */
  public static Server server(Node node) {
    Account user =
        new Account(
            UserId.parse(node.uuid()),
            node.alterId(),
            Security.named(node.cipher()).orElseThrow(),
            0);
    return new Server(
        tag(node.name()),
        new Destination(Address.of(node.server()), node.port()),
        List.of(user),
        node.mux(),
        udpMode(node.packetEncoding()),
        new StreamSettings(NodeStream.transport(node.transport()), NodeStream.tls(node.tls())));
  }

  private static String tag(String name) {
    if (name.length() <= MAX_TAG_CHARS) {
      return name;
    }
    int end = MAX_TAG_CHARS - 1;
    return name.substring(0, Character.isHighSurrogate(name.charAt(end - 1)) ? end - 1 : end) + "…";
  }

  private static UdpMode udpMode(@Nullable String packetEncoding) {
    if (packetEncoding == null) {
      return UdpMode.PLAIN;
    }
    return switch (packetEncoding) {
      case "xudp" -> UdpMode.XUDP;
      case "packetaddr" -> UdpMode.PACKETADDR;
      default -> UdpMode.PLAIN;
    };
  }

  /**
   * The nodes of a server, one for each of its users: the user's level, and files of trusted roots,
   * are of this machine and not told.
   */
  public static List<Node> nodes(Server server) {
    return server.users().stream().map(user -> node(server, user)).toList();
  }

  /** What was chosen for this machine is left to the reader's: every server takes both. */
  private static String cipher(Security security) {
    return security == Security.auto() ? "auto" : security.text();
  }

  private static Node node(Server server, Account user) {
    String host = server.address().address().host();
    Node.Transport transport = StreamNode.transport(server.stream().transport());
    return new Node(
        server.tag(),
        host,
        server.address().port(),
        user.id().reveal(),
        user.alterId(),
        cipher(user.security()),
        transport,
        StreamNode.tls(server.stream().tls(), host),
        server.udpMode() == UdpMode.PLAIN ? null : server.udpMode().text(),
        server.mux(),
        Map.of());
  }
}
