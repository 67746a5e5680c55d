package io.vmessproxy.client.transport;

import org.jspecify.annotations.Nullable;

/**
 * The layers between VMess and the network: V2Ray's {@code streamSettings}.
 *
 * @param tls null: none
 */
public record StreamSettings(TransportSettings transport, @Nullable TlsSettings tls) {
  /** TCP and nothing else. */
  public static final StreamSettings PLAIN = new StreamSettings(new TransportSettings.Tcp(), null);
}
