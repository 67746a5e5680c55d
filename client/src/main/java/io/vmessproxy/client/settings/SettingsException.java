package io.vmessproxy.client.settings;

/**
 * What the user gave is wrong. The message names the flag or the JSON path, what came and what was
 * expected; the program ends with exit code 2.
 */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SettingsException(String message) {
    super(message);
  }
}
