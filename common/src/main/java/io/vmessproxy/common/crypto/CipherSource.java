package io.vmessproxy.common.crypto;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.Provider;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the instances of one cipher come from: the first library that is there and computes a known
 * answer, or else the JDK. Libraries are a matter of speed only.
 */
final class CipherSource {
  private static final Logger LOG = LoggerFactory.getLogger(CipherSource.class);

  private final String transformation;
  private final @Nullable Provider provider;

  private CipherSource(String transformation, @Nullable Provider provider) {
    this.transformation = transformation;
    this.provider = provider;
  }

  /**
   * Asks each library in turn. Loads native code, so no event loop should be the first to come
   * here.
   *
   * @param libraries names of {@link Provider} classes, the fastest first
   */
  static CipherSource choose(String transformation, KnownAnswer known, List<String> libraries) {
    for (String library : libraries) {
      Provider provider = load(library);
      if (provider != null) {
        CipherSource source = new CipherSource(transformation, provider);
        if (source.proves(known)) {
          LOG.debug("{}: by {} {}", transformation, provider.getName(), provider.getVersionStr());
          return source;
        }
      }
    }
    LOG.debug("{}: by the JDK", transformation);
    return jdk(transformation);
  }

  /** A library that is absent, or whose native code does not fit this machine, is none. */
  private static @Nullable Provider load(String library) {
    try {
      return Class.forName(library)
          .asSubclass(Provider.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ClassNotFoundException e) {
      return null;
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      LOG.debug("{}: not used", library, e);
      return null;
    }
  }

  private boolean proves(KnownAnswer known) {
    try {
      return known.holds(newCipher());
    } catch (GeneralSecurityException | LinkageError | RuntimeException e) {
      LOG.debug("{}: not by {}", transformation, provider, e);
      return false;
    }
  }

  /** The JDK's. */
  static CipherSource jdk(String transformation) {
    return new CipherSource(transformation, null);
  }

  Cipher newCipher() {
    try {
      return provider == null
          ? Cipher.getInstance(transformation)
          : Cipher.getInstance(transformation, provider);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java lacks " + transformation, e);
    }
  }

  /** Who makes the instances; null: the JDK. */
  @Nullable Provider provider() {
    return provider;
  }

  /**
   * A case from a standard.
   *
   * @param otherParameters others, used first: an instance is for many calls
   * @param sealed hexadecimal: of {@code plain}, the tag behind it
   */
  record KnownAnswer(
      Key key,
      AlgorithmParameterSpec parameters,
      AlgorithmParameterSpec otherParameters,
      String plain,
      String associated,
      String sealed) {
    private static final HexFormat HEX = HexFormat.of();

    /** Seals, opens, and refuses what was changed; in arrays, not at their beginning. */
    boolean holds(Cipher cipher) throws GeneralSecurityException {
      byte[] clear = HEX.parseHex(plain);
      byte[] expected = HEX.parseHex(sealed);
      cipher.init(Cipher.ENCRYPT_MODE, key, otherParameters);
      cipher.doFinal(clear);
      return Arrays.equals(run(cipher, Cipher.ENCRYPT_MODE, clear, expected.length), expected)
          && Arrays.equals(run(cipher, Cipher.DECRYPT_MODE, expected, clear.length), clear)
          && refuses(cipher, expected, clear.length);
    }

    private boolean refuses(Cipher cipher, byte[] genuine, int length)
        throws GeneralSecurityException {
      byte[] forged = genuine.clone();
      forged[0] ^= 1;
      try {
        run(cipher, Cipher.DECRYPT_MODE, forged, length);
        return false;
      } catch (AEADBadTagException e) {
        return true;
      }
    }

    private byte[] run(Cipher cipher, int mode, byte[] in, int length)
        throws GeneralSecurityException {
      byte[] shifted = new byte[in.length + 1];
      System.arraycopy(in, 0, shifted, 1, in.length);
      byte[] out = new byte[length + 2];
      cipher.init(mode, key, parameters);
      cipher.updateAAD(HEX.parseHex(associated));
      int written = cipher.doFinal(shifted, 1, in.length, out, 2);
      return Arrays.copyOfRange(out, 2, 2 + written);
    }
  }
}
