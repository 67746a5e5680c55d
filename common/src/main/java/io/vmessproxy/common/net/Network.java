package io.vmessproxy.common.net;

/** What travels: a stream of bytes, or datagrams with borders between them. */
public enum Network {
  /** A byte stream. */
  TCP,
  /** Datagrams, each {@link Datagram} whole or not at all. */
  UDP
}
