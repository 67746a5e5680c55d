package io.vmessproxy.client.link;

import io.vmessproxy.client.transport.TransportSettings.EarlyData;

/** A path as links are written: with early data in its query. */
final class LinkPath {
  private LinkPath() {}

  /** The path, several with commas, or what a transport has in its place. */
  static String of(Node.Transport transport) {
    Node.Grpc grpc = transport.grpc();
    if (grpc != null) {
      return grpc.serviceName();
    }
    Node.Kcp kcp = transport.kcp();
    if (kcp != null) {
      return kcp.seed() == null ? "" : kcp.seed();
    }
    return String.join(",", transport.paths()) + earlyData(transport);
  }

  private static String earlyData(Node.Transport transport) {
    EarlyData earlyData = transport.earlyData();
    if (earlyData == null || !tellsEarlyData(transport)) {
      return "";
    }
    String mark = transport.paths().get(0).indexOf('?') < 0 ? "?" : "&";
    String header =
        earlyData.header().equals(EarlyData.USUAL_HEADER)
            ? ""
            : "&eh=" + UriComponent.encode(earlyData.header());
    return mark + "ed=" + earlyData.maxBytes() + header;
  }

  /** Whether a link can tell of the early data; it cannot of that at the path's end. */
  static boolean tellsEarlyData(Node.Transport transport) {
    EarlyData earlyData = transport.earlyData();
    return earlyData == null || !earlyData.header().isEmpty();
  }

  /** Whether a reader finds the same path: not if it has an {@code ed} or a comma of its own. */
  static boolean comesBack(Node.Transport transport) {
    return switch (transport.kind()) {
      case "ws", "httpupgrade" ->
          PathText.withoutEarlyData(transport.paths().get(0))
              .path()
              .equals(transport.paths().get(0));
      case "http-header" -> transport.paths().stream().noneMatch(path -> path.indexOf(',') >= 0);
      default -> true;
    };
  }
}
