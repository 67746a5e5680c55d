package io.vmessproxy.it.support;

import java.util.List;

/**
 * The program's own server, inside its own process: ours to ours. It picks its user and security
 * itself, and knows no names but this machine's.
 */
public record EmbeddedPeer() implements Peer {
  @Override
  public List<String> options(String security) {
    return List.of("--demo");
  }

  @Override
  public void close() {}
}
