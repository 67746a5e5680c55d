package io.vmessproxy.client.transport.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A file of certificates and keys as text (RFC 7468), or of one certificate in DER. */
final class PemFile {
  /** The system's roots are a quarter of a MiB. */
  private static final int MAX_BYTES = 4 * 1024 * 1024;

  private static final int DER_SEQUENCE = 0x30;

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END \\1-----", Pattern.DOTALL);

  private static final Set<String> CERTIFICATES =
      Set.of("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE");

  private final Path path;
  private final List<Block> blocks;

  private PemFile(Path path, List<Block> blocks) {
    this.path = path;
    this.blocks = blocks;
  }

  /**
   * @throws IOException if it cannot be read, or is too large; the message names it
   */
  static PemFile read(Path path) throws IOException {
    byte[] bytes = bytes(path);
    if (bytes.length > 0 && bytes[0] == DER_SEQUENCE) {
      String base64 = Base64.getEncoder().encodeToString(bytes);
      return new PemFile(path, List.of(new Block("CERTIFICATE", base64)));
    }
    Matcher matcher = BLOCK.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
    List<Block> blocks = new ArrayList<>();
    while (matcher.find()) {
      String text = matcher.group(2);
      // Keys with a password, as OpenSSL once wrote them, have headers.
      String label = (text.contains("ENCRYPTED") ? "ENCRYPTED " : "") + matcher.group(1);
      blocks.add(new Block(label, text.replaceAll("\\s", "")));
    }
    return new PemFile(path, blocks);
  }

  private static byte[] bytes(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new IOException(path + ": is a directory (expected: a file)");
    }
    try {
      long size = Files.size(path);
      if (size > MAX_BYTES) {
        throw new IOException(
            "%s: %d bytes (expected: certificates, at most %d)".formatted(path, size, MAX_BYTES));
      }
      return Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      throw new IOException(path + ": no such file", e);
    } catch (AccessDeniedException e) {
      throw new IOException(path + ": may not be read by this user", e);
    }
  }

  /**
   * All certificates in it, in order; at least one.
   *
   * @throws IOException if there is none, or one cannot be read
   */
  List<X509Certificate> certificates() throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks) {
      if (CERTIFICATES.contains(block.label())) {
        certificates.add(certificate(der(block), certificates.size() + 1));
      }
    }
    if (certificates.isEmpty()) {
      throw new IOException(
          "%s: holds %s (expected: -----BEGIN CERTIFICATE-----)".formatted(path, content()));
    }
    return certificates;
  }

  private X509Certificate certificate(byte[] der, int number) throws IOException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new IOException("%s: its certificate %d cannot be read".formatted(path, number), e);
    }
  }

  /** What it holds, in words. */
  String content() {
    if (blocks.isEmpty()) {
      return "nothing in PEM";
    }
    Set<String> labels =
        blocks.stream().map(Block::label).collect(Collectors.toCollection(TreeSet::new));
    return labels.stream().map(label -> "BEGIN " + label).collect(Collectors.joining(", "));
  }

  List<Block> blocks() {
    return blocks;
  }

  /** The bytes of a block. */
  byte[] der(Block block) throws IOException {
    try {
      return Base64.getDecoder().decode(block.base64());
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "%s: what stands in BEGIN %s is no base64".formatted(path, block.label()), e);
    }
  }

  /**
   * @param label what stands behind BEGIN; before it ENCRYPTED, where there is a password
   * @param base64 not decoded yet
   */
  record Block(String label, String base64) {}
}
