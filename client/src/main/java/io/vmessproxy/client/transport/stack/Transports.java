package io.vmessproxy.client.transport.stack;

import io.vmessproxy.client.transport.Layering;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.client.transport.TlsServerSettings;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.grpc.GrpcInbound;
import io.vmessproxy.client.transport.grpc.GrpcTransport;
import io.vmessproxy.client.transport.h2.Http2Inbound;
import io.vmessproxy.client.transport.h2.Http2Transport;
import io.vmessproxy.client.transport.httpheader.HttpHeaderInbound;
import io.vmessproxy.client.transport.httpheader.HttpHeaderTransport;
import io.vmessproxy.client.transport.httpupgrade.HttpUpgradeInbound;
import io.vmessproxy.client.transport.httpupgrade.HttpUpgradeTransport;
import io.vmessproxy.client.transport.tls.TlsInbound;
import io.vmessproxy.client.transport.tls.TlsTransport;
import io.vmessproxy.client.transport.ws.WsInbound;
import io.vmessproxy.client.transport.ws.WsTransport;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.InboundTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table of transports: settings to layers. */
public final class Transports {
  private Transports() {}

  /**
   * The way to a server.
   *
   * @param tcp the lowest layer
   * @param timeout for the handshake of each other layer
   * @param layering sees each layer, the lowest first
   */
  public static OutboundTransport outbound(
      OutboundTransport tcp,
      Destination server,
      StreamSettings settings,
      Duration timeout,
      Layering layering) {
    TransportSettings transport = settings.transport();
    TlsSettings tls = settings.tls();
    OutboundTransport below = layering.layer("connect", tcp);
    if (tls != null) {
      List<String> alpn = transport.alpn(tls.alpn());
      below = layering.layer("tls", new TlsTransport(below, server, tls, alpn, timeout));
    }
    if (transport instanceof TransportSettings.Tcp) {
      return below;
    }
    Origin origin = new Origin(server, tls);
    return layering.layer(transport.name(), outbound(below, transport, origin, timeout));
  }

  private static OutboundTransport outbound(
      OutboundTransport below, TransportSettings transport, Origin origin, Duration timeout) {
    if (transport instanceof TransportSettings.HttpHeader settings) {
      return new HttpHeaderTransport(below, settings, origin);
    }
    if (transport instanceof TransportSettings.WebSocket settings) {
      return new WsTransport(below, settings, origin, timeout);
    }
    if (transport instanceof TransportSettings.HttpUpgrade settings) {
      return new HttpUpgradeTransport(below, settings, origin, timeout);
    }
    if (transport instanceof TransportSettings.Http2 settings) {
      return new Http2Transport(below, settings, origin, timeout);
    }
    if (transport instanceof TransportSettings.Grpc settings) {
      return new GrpcTransport(below, settings, origin, timeout);
    }
    return below;
  }

  /**
   * What a server puts before VMess.
   *
   * @param tls null: none
   * @throws IOException if the certificate or its key cannot be read
   */
  public static InboundTransport inbound(
      TransportSettings transport, @Nullable TlsServerSettings tls) throws IOException {
    InboundTransport above = inbound(transport);
    return tls == null ? above : new TlsInbound(tls, transport.alpn(List.of()), above);
  }

  private static InboundTransport inbound(TransportSettings transport) {
    if (transport instanceof TransportSettings.HttpHeader settings) {
      return new HttpHeaderInbound(settings);
    }
    if (transport instanceof TransportSettings.WebSocket settings) {
      return new WsInbound(settings);
    }
    if (transport instanceof TransportSettings.HttpUpgrade settings) {
      return new HttpUpgradeInbound(settings);
    }
    if (transport instanceof TransportSettings.Http2 settings) {
      return new Http2Inbound(settings);
    }
    if (transport instanceof TransportSettings.Grpc settings) {
      return new GrpcInbound(settings);
    }
    return InboundTransport.PLAIN;
  }
}
