package io.vmessproxy.common.vmess;

/**
 * How a request header is sealed, which also decides the response's keys and header.
 *
 * <p>Source: VMess specification, "Authentication Information"; v2ray-core 4.28 for the AEAD form.
 */
public enum HeaderForm {
  /** Sealed by AES-128-GCM: users without alternative ids, and every newer server. */
  AEAD,
  /** HMAC-MD5 over the time, then AES-128-CFB: users with alternative ids on older servers. */
  LEGACY
}
