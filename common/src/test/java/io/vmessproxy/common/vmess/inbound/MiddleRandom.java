package io.vmessproxy.common.vmess.inbound;

import java.security.SecureRandom;

/** Numbers below a bound are always the one in the middle; bytes are random. */
final class MiddleRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;

  @Override
  public int nextInt(int bound) {
    return bound / 2;
  }
}
