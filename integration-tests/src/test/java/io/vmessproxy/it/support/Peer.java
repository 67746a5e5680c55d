package io.vmessproxy.it.support;

import java.util.List;

/**
 * A VMess server to put behind the program. All know the same users and resolve {@link #NAME},
 * which nothing else on this machine does.
 */
public sealed interface Peer extends AutoCloseable
    permits LocalBinaryPeer, ContainerPeer, EmbeddedPeer {
  /** The user that every peer takes. */
  String USER = "27848739-7e62-4138-9fd3-098a63964b6b";

  /** A name for this machine that only the server knows. */
  String NAME = "target.test";

  /**
   * The program's options that lead to this server.
   *
   * @param security {@code auto}, {@code aes-128-gcm}, ...
   */
  List<String> options(String security);

  @Override
  void close();
}
