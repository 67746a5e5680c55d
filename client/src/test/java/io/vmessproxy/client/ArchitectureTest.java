package io.vmessproxy.client;

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

/** The picture in README.md, "Who may use whom". */
class ArchitectureTest {
  private static final String ROOT = "io.vmessproxy.client.";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.vmessproxy.client");

  /** Each folder, and the folders that it may use. */
  private static final Map<String, Set<String>> USES =
      Map.ofEntries(
          entry("inbound", "socks", "http", "session", "dispatch", "settings"),
          entry("socks", "session", "dispatch"),
          entry("http", "session", "dispatch"),
          entry("dispatch", "session", "outbound"),
          entry("outbound", "session", "selection", "transport"),
          entry("serve", "settings", "transport"),
          entry(
              "check",
              "outbound",
              "selection",
              "session",
              "settings",
              "transport",
              "fetch",
              "subscribe"),
          entry("subscribe", "fetch", "link", "selection", "session", "settings", "transport"),
          entry("fetch", "transport", "session"),
          entry("link", "selection", "settings", "transport"),
          entry("settings", "selection", "session", "transport"),
          entry("selection", "session", "transport"),
          entry("routing"),
          entry("transport", "session"),
          entry("session"));

  private static Map.Entry<String, Set<String>> entry(String folder, String... uses) {
    return Map.entry(folder, Set.of(uses));
  }

  static Stream<String> folders() {
    return USES.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("folders")
  void usesOnlyWhatThePictureShows(String folder) {
    String[] may =
        Stream.concat(Stream.of(folder), USES.get(folder).stream())
            .map(name -> ROOT + name + "..")
            .toArray(String[]::new);

    noClasses()
        .that(resideInAPackage(ROOT + folder + ".."))
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.vmessproxy.client..").and(not(resideInAnyPackage(may))))
        .check(CLASSES);
  }

  @Test
  void everyFolderIsInThePicture() {
    Set<String> folders =
        CLASSES.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> name.startsWith(ROOT))
            .map(name -> name.substring(ROOT.length()).replaceFirst("\\..*", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    folders.remove("cli"); // May use everything; nothing may use it, as no line names it.

    assertThat(folders).isEqualTo(new TreeSet<>(USES.keySet()));
  }

  @Test
  void hasNoCycles() {
    slices().matching("io.vmessproxy.client.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void aTransportKnowsNoVmess() {
    noClasses()
        .that(resideInAPackage(ROOT + "transport.."))
        .should()
        .dependOnClassesThat(resideInAPackage("io.vmessproxy.common.vmess.."))
        .check(CLASSES);
  }

  @Test
  void onlyLinkKnowsGson() {
    onlyIn("link", "com.google.gson..");
  }

  @Test
  void onlyLinkKnowsYaml() {
    onlyIn("link", "org.yaml..");
  }

  @Test
  void onlyCliKnowsPicocli() {
    onlyIn("cli", "picocli..");
  }

  @Test
  void onlyCliDrawsCodes() {
    onlyIn("cli", "com.google.zxing..");
  }

  @Test
  void onlyCliPrints() {
    noClasses()
        .that(not(resideInAPackage(ROOT + "cli..")))
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(CLASSES);
  }

  @Test
  void nothingKnowsBouncyCastle() {
    noClasses().should().dependOnClassesThat(resideInAPackage("org.bouncycastle..")).check(CLASSES);
  }

  private static void onlyIn(String folder, String library) {
    noClasses()
        .that(not(resideInAPackage(ROOT + folder + "..")))
        .should()
        .dependOnClassesThat(resideInAPackage(library))
        .check(CLASSES);
  }
}
