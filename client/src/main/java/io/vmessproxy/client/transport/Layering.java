package io.vmessproxy.client.transport;

/** Sees each layer as it is put on the one below: to time them, for one. */
@FunctionalInterface
public interface Layering {
  /** Leaves all as they are. */
  Layering NONE = (stage, layer) -> layer;

  /**
   * Returns what takes the layer's place.
   *
   * @param stage {@code connect}, {@code tls}, or the transport's name
   */
  OutboundTransport layer(String stage, OutboundTransport layer);
}
