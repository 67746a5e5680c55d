package io.vmessproxy.client.link;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.vmessproxy.client.settings.HostPort;
import io.vmessproxy.client.settings.InboundSettings.Allocation;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.Numbers;
import io.vmessproxy.client.settings.PortRange;
import io.vmessproxy.client.settings.SettingsException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands around the settings of an inbound: where it listens, and how.
 *
 * <p>Source: V2Ray's documentation, "InboundObject" and "AllocateObject".
 */
final class ListenFields {
  private static final Set<String> INBOUND =
      Set.of("port", "listen", "protocol", "settings", "allocate", "tag", "streamSettings");
  // V2Ray's own: every address of the machine.
  private static final String DEFAULT_LISTEN = "0.0.0.0";

  private final String path;
  private final JsonObject inbound;
  private final UnknownNames unknown;

  /**
   * @param path where the inbound stands
   */
  ListenFields(String path, JsonObject inbound, UnknownNames unknown) {
    this.path = path;
    this.inbound = inbound;
    this.unknown = unknown;
  }

  /** Whether an inbound's protocol is VMess. */
  static boolean isVmess(String path, JsonObject inbound) {
    JsonElement protocol = JsonValues.require(path, inbound, "protocol");
    return JsonValues.string(JsonTree.member(path, "protocol"), protocol, "protocol's name")
        .equalsIgnoreCase("vmess");
  }

  /** Where the inbound listens. */
  InboundPart.Listen listen() {
    unknown.report(path, inbound, INBOUND);
    if (!isVmess(path, inbound)) {
      throw new SettingsException(
          at("protocol") + ": " + word(inbound.get("protocol")) + " (expected: vmess)");
    }
    String tag = optional("tag", "name");
    String host = optional("listen", "host");
    if (host != null && (host.startsWith("/") || host.startsWith("@"))) {
      throw new SettingsException(
          at("listen") + ": a Unix socket is not supported (expected: an address of this machine)");
    }
    PortRange ports = ports();
    return new InboundPart.Listen(
        tag == null || tag.isEmpty() ? null : tag,
        HostPort.readHost(at("listen"), host == null ? DEFAULT_LISTEN : host).host(),
        ports.first(),
        ports.last());
  }

  private PortRange ports() {
    String text =
        JsonValues.number(at("port"), JsonValues.require(path, inbound, "port"), "1..65535");
    if (!PortRange.isRange(text)) {
      int port = HostPort.readPort(at("port"), text);
      return new PortRange(port, port);
    }
    PortRange range = PortRange.read(at("port"), text);
    if (range.last() > range.first() && !strategy().equals("random")) {
      throw new SettingsException(
          at("port")
              + ": all ports of a range at once are not supported (expected: one port, or"
              + " \"allocate\":{\"strategy\":\"random\"} beside it)");
    }
    return range;
  }

  /** How it opens ports; null if it does not say. */
  @Nullable Allocation allocation() {
    if (!inbound.has("allocate")) {
      return null;
    }
    JsonObject allocate = JsonValues.object(at("allocate"), inbound.get("allocate"));
    unknown.report(at("allocate"), allocate, Set.of("strategy", "refresh", "concurrency"));
    Allocation standard = Allocation.STANDARD;
    Allocation read =
        new Allocation(
            number(allocate, "refresh", standard.refreshMinutes(), Allocation.MAX_REFRESH_MINUTES),
            number(allocate, "concurrency", standard.concurrency(), Allocation.MAX_CONCURRENCY));
    boolean says = allocate.has("refresh") || allocate.has("concurrency");
    return says && strategy().equals("random") ? read : null;
  }

  private int number(JsonObject allocate, String name, int otherwise, int max) {
    String where = JsonTree.member(at("allocate"), name);
    return allocate.has(name)
        ? Numbers.read(where, JsonValues.number(where, allocate.get(name), "1.." + max), 1, max)
        : otherwise;
  }

  private String strategy() {
    if (!inbound.has("allocate")) {
      return "always";
    }
    JsonObject allocate = JsonValues.object(at("allocate"), inbound.get("allocate"));
    String where = JsonTree.member(at("allocate"), "strategy");
    if (!allocate.has("strategy")) {
      return "always";
    }
    String strategy = JsonValues.string(where, allocate.get("strategy"), "strategy's name");
    if (!strategy.equals("always") && !strategy.equals("random")) {
      throw new SettingsException(
          where + ": " + word(allocate.get("strategy")) + " (expected: always or random)");
    }
    return strategy;
  }

  /** What stands before VMess; null if it does not say. */
  @Nullable StreamJson stream() {
    return inbound.has("streamSettings")
        ? new StreamJson(Fields.strict(path, inbound, unknown).child("streamSettings"))
        : null;
  }

  /** A string that is no secret. */
  private static String word(JsonElement string) {
    return '"' + Masked.plain(string.getAsString()) + '"';
  }

  private @Nullable String optional(String name, String what) {
    return inbound.has(name) ? JsonValues.string(at(name), inbound.get(name), what) : null;
  }

  private String at(String name) {
    return JsonTree.member(path, name);
  }
}
