package io.vmessproxy.client.link;

import org.jspecify.annotations.Nullable;

/**
 * A link or a subscription's entry is wrong. The message says what came, without the id, what was
 * expected, and where a position is known, which character.
 */
public final class LinkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final @Nullable String field;

  /**
   * @param code {@code BAD_PORT}...: share-links.md's word
   * @param field {@code port}...; null: the whole
   * @param message a sentence with a hint
   */
  public LinkException(String code, @Nullable String field, String message) {
    super(message);
    this.code = code;
    this.field = field;
  }

  /** The word for programs. */
  public String code() {
    return code;
  }

  /** Which field; null: the whole. */
  public @Nullable String field() {
    return field;
  }

  /** A stranger's text can raise it, 2000 times in a row: no stack trace. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
