package io.vmessproxy.client.cli;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import io.vmessproxy.client.settings.SettingsException;
import java.util.Map;

/**
 * A QR code in characters, two rows of modules in each line. The light modules are drawn, for most
 * terminals are dark; the margin is four of them, as cameras want it.
 */
final class QrText {
  private static final int MARGIN = 4;
  private static final char BOTH = '█';
  private static final char UPPER = '▀';
  private static final char LOWER = '▄';

  private QrText() {}

  /**
   * The code of a text, each line ended.
   *
   * @throws SettingsException if it is longer than any code, 2953 bytes
   */
  static String of(String text) {
    BitMatrix dark;
    try {
      dark =
          new QRCodeWriter()
              .encode(
                  text,
                  BarcodeFormat.QR_CODE,
                  0,
                  0,
                  Map.of(
                      EncodeHintType.ERROR_CORRECTION,
                      ErrorCorrectionLevel.L,
                      EncodeHintType.MARGIN,
                      MARGIN));
    } catch (WriterException e) {
      throw new SettingsException(
          "--to qr: %d characters are too many for a code (expected: a shorter name, or --to link)"
              .formatted(text.length()));
    }
    StringBuilder lines = new StringBuilder();
    for (int y = 0; y < dark.getHeight(); y += 2) {
      for (int x = 0; x < dark.getWidth(); x++) {
        lines.append(character(!dark.get(x, y), y + 1 < dark.getHeight() && !dark.get(x, y + 1)));
      }
      lines.append(System.lineSeparator());
    }
    return lines.toString();
  }

  private static char character(boolean upper, boolean lower) {
    if (upper) {
      return lower ? BOTH : UPPER;
    }
    return lower ? LOWER : ' ';
  }
}
