package io.vmessproxy.client.cli;

/** What a link's warning means, in words. */
final class LinkWords {
  private LinkWords() {}

  /**
   * The words for a code.
   *
   * @param code of share-links.md
   */
  static String of(String code) {
    return switch (code) {
      case "MAPPED_UUID" ->
          "its id is no UUID; used as the UUIDv5 of that text, as Xray and sing-box do";
      case "LEGACY_ALTER_ID" ->
          "an alterId above 0 stands for the header of old servers, which the newest refuse";
      case "WEAK_CIPHER" ->
          "its security leaves the payload readable wherever TLS does not seal it";
      case "INSECURE_TLS" ->
          "its certificate is not checked; whoever is on the path can pose as the server";
      case "FINGERPRINT_IGNORED" -> "the browser's TLS fingerprint it asks for is not imitated";
      case "DUPLICATE_QUERY_KEY" -> "a key is given twice; the first one counts";
      case "UNKNOWN_GRPC_MODE" -> "its mode of grpc is unknown; gun is used";
      case "BAD_UTF8" -> "its text is not UTF-8; its name may look wrong";
      default -> code;
    };
  }
}
