package io.vmessproxy.client.cli;

import io.vmessproxy.client.cli.Given.Occurrence;
import io.vmessproxy.client.link.PathText;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import io.vmessproxy.client.transport.TransportSettings.Grpc;
import io.vmessproxy.client.transport.TransportSettings.Http2;
import io.vmessproxy.client.transport.TransportSettings.HttpHeader;
import io.vmessproxy.client.transport.TransportSettings.HttpUpgrade;
import io.vmessproxy.client.transport.TransportSettings.Tcp;
import io.vmessproxy.client.transport.TransportSettings.WebSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The transport flags of one server or inbound, put together. */
final class TransportFlags {
  /** All of them. */
  static final Set<String> OPTIONS =
      Set.of(
          TransportOptions.TRANSPORT,
          TransportOptions.PATH,
          TransportOptions.HOST,
          TransportOptions.SERVICE_NAME,
          ServerStreamOptions.HEADER,
          ServerStreamOptions.EARLY_DATA,
          ServerStreamOptions.GRPC_MODE);

  private static final String PATH = TransportOptions.PATH;
  private static final String HOST = TransportOptions.HOST;
  private static final String SERVICE_NAME = TransportOptions.SERVICE_NAME;
  private static final String HEADER = ServerStreamOptions.HEADER;
  private static final String EARLY_DATA = ServerStreamOptions.EARLY_DATA;
  private static final String GRPC_MODE = ServerStreamOptions.GRPC_MODE;

  /** Which flags a transport has a use for. */
  private static final Map<String, Set<String>> USED =
      Map.of(
          "tcp", Set.of(),
          "http-header", Set.of(PATH, HOST, HEADER),
          "ws", Set.of(PATH, HOST, HEADER, EARLY_DATA),
          "httpupgrade", Set.of(PATH, HOST, HEADER),
          "h2", Set.of(PATH, HOST, HEADER),
          "grpc", Set.of(SERVICE_NAME, HOST, GRPC_MODE));

  private final Map<String, Occurrence> flags = new HashMap<>();
  private final List<Occurrence> headers = new ArrayList<>();

  /**
   * Adds a flag.
   *
   * @param begin the option that began the group, for the message that a flag comes twice
   */
  void add(Occurrence part, String begin) {
    if (part.option().equals(HEADER)) {
      headers.add(part);
    } else if (flags.put(part.option(), part) != null) {
      throw Given.second(part, begin);
    }
  }

  /** The host name asked for; null: none was given. */
  @Nullable String host() {
    Occurrence host = flags.get(HOST);
    return host == null ? null : hosts(host).get(0);
  }

  /**
   * The transport that the flags tell of.
   *
   * @param base what is told already, which the flags change
   */
  TransportSettings settings(TransportSettings base) {
    Occurrence named = flags.get(TransportOptions.TRANSPORT);
    String kind = named == null ? base.name() : TransportText.kind(named);
    refuseUnused(kind);
    if (flags.isEmpty() && headers.isEmpty()) {
      return base;
    }
    boolean same = kind.equals(base.name());
    return switch (kind) {
      case "http-header" -> httpHeader(same ? (HttpHeader) base : null);
      case "ws" -> webSocket(same ? (WebSocket) base : null);
      case "httpupgrade" -> httpUpgrade(same ? (HttpUpgrade) base : null);
      case "h2" -> http2(same ? (Http2) base : null);
      case "grpc" -> grpc(same ? (Grpc) base : null);
      default -> new Tcp();
    };
  }

  private void refuseUnused(String kind) {
    Set<String> used = Objects.requireNonNull(USED.get(kind));
    List<Occurrence> all = new ArrayList<>(flags.values());
    all.addAll(headers);
    for (Occurrence flag : all) {
      if (!flag.option().equals(TransportOptions.TRANSPORT) && !used.contains(flag.option())) {
        throw new SettingsException(
            "%s: not for transport %s (expected: %s before it, as in --transport %s)"
                .formatted(
                    flag.name(),
                    kind,
                    TransportOptions.TRANSPORT,
                    flag.option().equals(SERVICE_NAME) || flag.option().equals(GRPC_MODE)
                        ? "grpc"
                        : "ws"));
      }
    }
  }

  private HttpHeader httpHeader(@Nullable HttpHeader base) {
    Map<String, List<String>> all = new LinkedHashMap<>(base == null ? Map.of() : base.headers());
    headers().forEach((name, value) -> all.put(name, new ArrayList<>(List.of(value))));
    Occurrence host = flags.get(HOST);
    if (host != null) {
      all.put("Host", hosts(host));
    }
    List<String> before = base == null ? List.of("/") : base.paths();
    Occurrence path = flags.get(PATH);
    List<String> paths =
        path == null
            ? before
            : Arrays.stream(path.value().split(","))
                .map(one -> TransportText.path(new Occurrence(path.option(), path.name(), one)))
                .toList();
    return new HttpHeader(base == null ? "GET" : base.method(), paths, all);
  }

  private WebSocket webSocket(@Nullable WebSocket base) {
    // As links have it: /ray?ed=2048.
    PathText path = PathText.withoutEarlyData(path(base == null ? "/" : base.path()));
    EarlyData told = path.earlyData() == null && base != null ? base.earlyData() : path.earlyData();
    Occurrence early = flags.get(EARLY_DATA);
    EarlyData earlyData = early == null ? told : TransportText.earlyData(early);
    return new WebSocket(
        path.path(), firstHost(base == null ? null : base.host()), headers(base), earlyData);
  }

  private HttpUpgrade httpUpgrade(@Nullable HttpUpgrade base) {
    Map<String, String> all = new LinkedHashMap<>(base == null ? Map.of() : base.headers());
    all.putAll(headers());
    PathText path = PathText.withoutEarlyData(path(base == null ? "/" : base.path()));
    return new HttpUpgrade(path.path(), firstHost(base == null ? null : base.host()), all);
  }

  private Http2 http2(@Nullable Http2 base) {
    Map<String, String> all = new LinkedHashMap<>(base == null ? Map.of() : base.headers());
    all.putAll(headers());
    Occurrence host = flags.get(HOST);
    List<String> before = base == null ? List.of() : base.hosts();
    return new Http2(
        base == null ? "PUT" : base.method(),
        path(base == null ? "/" : base.path()),
        host == null ? before : hosts(host),
        all);
  }

  private Grpc grpc(@Nullable Grpc base) {
    Occurrence service = flags.get(SERVICE_NAME);
    Occurrence mode = flags.get(GRPC_MODE);
    return new Grpc(
        service == null ? (base == null ? "" : base.serviceName()) : service.value(),
        mode == null ? base != null && base.multi() : TransportText.multi(mode),
        firstHost(base == null ? null : base.authority()));
  }

  private Map<String, String> headers(@Nullable WebSocket base) {
    Map<String, String> all = new LinkedHashMap<>(base == null ? Map.of() : base.headers());
    all.putAll(headers());
    return all;
  }

  private Map<String, String> headers() {
    Map<String, String> all = new LinkedHashMap<>();
    for (Occurrence header : headers) {
      String[] parts = TransportText.header(header);
      all.put(parts[0], parts[1]);
    }
    return all;
  }

  private String path(String otherwise) {
    Occurrence path = flags.get(PATH);
    return path == null ? otherwise : TransportText.path(path);
  }

  private @Nullable String firstHost(@Nullable String otherwise) {
    Occurrence host = flags.get(HOST);
    return host == null ? otherwise : hosts(host).get(0);
  }

  private static List<String> hosts(Occurrence host) {
    return Arrays.stream(host.value().split(",", -1))
        .map(one -> TransportText.host(new Occurrence(host.option(), host.name(), one.strip())))
        .toList();
  }
}
