package io.vmessproxy.common;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may use whom in this module. */
class ArchitectureTest {
  private static final String ROOT = "io.vmessproxy.common.";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.vmessproxy.common");

  /** Each package, and the packages that it may use. */
  private static final Map<String, Set<String>> USES =
      Map.ofEntries(
          entry("net"),
          entry("crypto"),
          entry("policy"),
          entry("relay", "net", "policy"),
          entry("udp", "net"),
          entry("mux", "net", "udp"),
          entry("vmess", "net", "crypto"),
          entry("vmess.account", "vmess", "crypto", "net"),
          entry("vmess.header", "vmess", "vmess.account", "crypto", "net"),
          entry("vmess.body", "vmess", "crypto", "net"),
          entry(
              "vmess.outbound",
              "vmess",
              "vmess.account",
              "vmess.header",
              "vmess.body",
              "crypto",
              "net"),
          entry(
              "vmess.inbound",
              "vmess",
              "vmess.account",
              "vmess.header",
              "vmess.body",
              "crypto",
              "mux",
              "udp",
              "net",
              "relay",
              "policy"));

  private static Map.Entry<String, Set<String>> entry(String name, String... uses) {
    return Map.entry(name, Set.of(uses));
  }

  static Stream<String> packages() {
    return USES.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void usesOnlyWhatIsListed(String name) {
    String[] may =
        Stream.concat(Stream.of(name), USES.get(name).stream())
            .map(other -> ROOT + other)
            .toArray(String[]::new);

    noClasses()
        .that(resideInAPackage(ROOT + name))
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.vmessproxy.common..").and(not(resideInAnyPackage(may))))
        .check(CLASSES);
  }

  @Test
  void everyPackageIsListed() {
    Set<String> packages =
        CLASSES.stream()
            .map(JavaClass::getPackageName)
            .map(name -> name.substring(ROOT.length()))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(packages).isEqualTo(new TreeSet<>(USES.keySet()));
  }

  @Test
  void hasNoCycles() {
    slices().matching("io.vmessproxy.common.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyCryptoKnowsBouncyCastle() {
    noClasses()
        .that(not(resideInAPackage(ROOT + "crypto")))
        .should()
        .dependOnClassesThat(resideInAPackage("org.bouncycastle.."))
        .check(CLASSES);
  }

  @Test
  void nothingPrints() {
    noClasses()
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(CLASSES);
  }
}
