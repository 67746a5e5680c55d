package io.vmessproxy.common;

import java.security.SecureRandom;

/** Randomness that is known beforehand: one draw of all of it, and no other. */
public final class ScriptedRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;

  private final transient byte[] script;

  public ScriptedRandom(byte[] script) {
    this.script = script.clone();
  }

  @Override
  public void nextBytes(byte[] bytes) {
    if (bytes.length != script.length) {
      throw new AssertionError("drew " + bytes.length + " bytes, not " + script.length);
    }
    System.arraycopy(script, 0, bytes, 0, bytes.length);
  }
}
