package io.vmessproxy.client.subscribe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer that was good, as it is kept.
 *
 * <pre>
 * vmess-proxy subscription 1
 * fetched: 2026-11-25T10:00:00Z
 * sha256: of the body, hex
 * etag: "..."                      and other headers, sorted
 *
 * the body
 * </pre>
 *
 * @param fetched when a server last said that it is so
 * @param headers by lower-case name, those of {@link Profile} and of a conditional request
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares answers.
record Cached(Instant fetched, Map<String, String> headers, byte[] body) {
  static final String ETAG = "etag";
  static final String LAST_MODIFIED = "last-modified";

  /** The largest file. */
  static final int MAX_BYTES = Fetcher.MAX_BODY_BYTES + 64 * 1024;

  private static final String FIRST_LINE = "vmess-proxy subscription 1";
  private static final String FETCHED = "fetched";
  private static final String SHA256 = "sha256";
  private static final int MAX_VALUE_CHARS = 4096;

  Cached {
    Map<String, String> kept = new TreeMap<>();
    headers.forEach(
        (name, value) -> {
          if ((Profile.HEADERS.contains(name) || name.equals(ETAG) || name.equals(LAST_MODIFIED))
              && value.length() <= MAX_VALUE_CHARS
              && value.chars().noneMatch(c -> c == '\r' || c == '\n')) {
            kept.put(name, value);
          }
        });
    headers = Map.copyOf(kept);
  }

  /**
   * The same body, said again to be right.
   *
   * @param news headers that came now
   */
  Cached again(Instant now, Map<String, String> news) {
    Map<String, String> all = new TreeMap<>(headers);
    all.putAll(news);
    return new Cached(now, all, body);
  }

  byte[] encode() {
    StringBuilder head = new StringBuilder(FIRST_LINE + "\n");
    line(head, FETCHED, fetched.toString());
    line(head, SHA256, sha256(body));
    new TreeMap<>(headers).forEach((name, value) -> line(head, name, value));
    head.append('\n');
    ByteArrayOutputStream file = new ByteArrayOutputStream(head.length() + body.length);
    file.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
    file.writeBytes(body);
    return file.toByteArray();
  }

  private static void line(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append('\n');
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it is not as {@link #encode} wrote it
   */
  static Cached decode(byte[] file) throws IOException {
    int end = endOfHead(file);
    String[] lines = new String(file, 0, end, StandardCharsets.UTF_8).split("\n", -1);
    if (!lines[0].equals(FIRST_LINE)) {
      throw new IOException("no subscription of this version");
    }
    Map<String, String> head = new TreeMap<>();
    for (String line : Arrays.asList(lines).subList(1, lines.length)) {
      int colon = line.indexOf(": ");
      if (colon < 0) {
        throw new IOException("a line without a name");
      }
      head.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2));
    }
    byte[] body = Arrays.copyOfRange(file, end + 2, file.length);
    if (!sha256(body).equals(head.get(SHA256))) {
      throw new IOException("its checksum is wrong");
    }
    try {
      return new Cached(Instant.parse(head.getOrDefault(FETCHED, "")), head, body);
    } catch (DateTimeException e) {
      throw new IOException("no time of its fetch");
    }
  }

  private static int endOfHead(byte[] file) throws IOException {
    for (int i = 0; i + 1 < file.length; i++) {
      if (file[i] == '\n' && file[i + 1] == '\n') {
        return i;
      }
    }
    throw new IOException("no end of its head");
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java has it.
    }
  }
}
