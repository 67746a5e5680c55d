package io.vmessproxy.client.link;

import java.util.List;

/** Share links of all dialects. */
@SuppressWarnings("DoNotCallSuggester") // To be built.
public final class Links {
  private Links() {}

  /**
   * A link, read.
   *
   * @param warnings codes: {@code LEGACY_ALTER_ID}...
   */
  public record Read(Node node, List<String> warnings) {
    public Read {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * Reads one link.
   *
   * @throws LinkException if it is none, or what it tells is wrong
   */
  public static Read read(String link) {
    throw new UnsupportedOperationException("link");
  }
}
