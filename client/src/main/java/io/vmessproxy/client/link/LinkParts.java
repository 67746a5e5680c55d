package io.vmessproxy.client.link;

import io.vmessproxy.client.settings.PercentText;

/**
 * A link at its seams: {@code scheme://body?query#fragment}, cut by hand, for {@link java.net.URI}
 * has no host for names with an underscore, and people's links are not encoded as it wants them.
 *
 * @param scheme lower case
 * @param fragment decoded
 * @param bodyAt the position of the body's first character, the link's own being 1
 * @param queryAt the same of the query
 */
record LinkParts(
    String scheme, String body, String query, String fragment, int bodyAt, int queryAt) {
  private static final String MARK = "://";

  /**
   * Cuts a link.
   *
   * @param link without blanks at its ends
   * @param skipped how many characters stood before it
   */
  static LinkParts cut(String link, String scheme, int skipped) {
    int from = scheme.length() + MARK.length();
    int hash = link.indexOf('#', from);
    int end = hash < 0 ? link.length() : hash;
    int mark = link.indexOf('?', from);
    mark = mark < 0 || mark > end ? end : mark;
    return new LinkParts(
        scheme,
        link.substring(from, mark),
        link.substring(Math.min(mark + 1, end), end),
        hash < 0 ? "" : PercentText.decode(link.substring(hash + 1)),
        skipped + from + 1,
        skipped + mark + 2);
  }

  /** The body is a secret. */
  @Override
  public String toString() {
    return scheme + MARK + "…";
  }
}
