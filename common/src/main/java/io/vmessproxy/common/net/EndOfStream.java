package io.vmessproxy.common.net;

/**
 * Travels through pipelines behind a stream's last byte, read and written alike: that direction is
 * finished, the other one lives on. A codec turns it into its protocol's end mark, a plain socket
 * into a FIN.
 */
public enum EndOfStream {
  /** The only one: it carries nothing. */
  INSTANCE
}
