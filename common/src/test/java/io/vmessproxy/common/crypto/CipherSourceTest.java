package io.vmessproxy.common.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.common.crypto.CipherSource.KnownAnswer;
import java.security.Provider;
import java.util.List;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class CipherSourceTest {
  private static final String AES_GCM = "AES/GCM/NoPadding";
  private static final KnownAnswer KNOWN =
      answer("0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf");

  @Test
  @EnabledOnOs(
      value = OS.LINUX,
      architectures = {"amd64", "x86_64"})
  void chaCha20IsConscrypts() {
    assertThat(ChaCha20Poly1305.provider()).hasToString("Conscrypt version 1.0");
  }

  @Test
  void aesIsTheJdksUnlessAnotherIsAdded() {
    assertThat(AesGcm.provider()).isNull();
  }

  @Test
  void theFirstThatProvesItselfIsTaken() {
    assertThat(choose(KNOWN, Wrong.class.getName(), Right.class.getName()).provider())
        .isInstanceOf(Right.class);
  }

  @Test
  void aLibraryThatIsNotThereOrDoesNotLoadIsNone() {
    CipherSource source =
        choose(KNOWN, "no.such.Library", Broken.class.getName(), String.class.getName());

    assertThat(source.provider()).isNull();
    assertThat(source.newCipher().getProvider().getName()).isEqualTo("SunJCE");
  }

  @Test
  void aLibraryThatComputesSomethingElseIsNone() {
    KnownAnswer other = answer("0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bdde");

    assertThat(choose(other, Right.class.getName()).provider()).isNull();
  }

  private static CipherSource choose(KnownAnswer known, String... libraries) {
    return CipherSource.choose(AES_GCM, known, List.of(libraries));
  }

  private static KnownAnswer answer(String sealed) {
    return new KnownAnswer(
        new SecretKeySpec(new byte[16], "AES"),
        new GCMParameterSpec(128, new byte[12]),
        new GCMParameterSpec(128, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}),
        "00000000000000000000000000000000",
        "",
        sealed);
  }

  /** The JDK's cipher by another name. */
  public static final class Right extends Provider {
    private static final long serialVersionUID = 1;

    public Right() {
      super("Right", "1", "");
      put("Cipher.AES/GCM/NoPadding", "com.sun.crypto.provider.GaloisCounterMode$AESGCM");
    }
  }

  /** Has another cipher under this name. */
  public static final class Wrong extends Provider {
    private static final long serialVersionUID = 1;

    public Wrong() {
      super("Wrong", "1", "");
      put("Cipher.AES/GCM/NoPadding", "com.sun.crypto.provider.GaloisCounterMode$AES192");
    }
  }

  /** As native code that does not fit. */
  public static final class Broken extends Provider {
    private static final long serialVersionUID = 1;

    public Broken() {
      super("Broken", "1", "");
      throw new UnsatisfiedLinkError("no native code for this machine");
    }
  }
}
