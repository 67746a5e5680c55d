package io.vmessproxy.common.vmess.inbound;

/** Whose datagrams a UDP socket takes. */
public enum DatagramSources {
  /** Of the targets alone that something was sent to: the client cannot tell others from them. */
  TARGETS,
  /** Of anyone, as a full-cone NAT does: the client sees who sent each. */
  ANYONE
}
