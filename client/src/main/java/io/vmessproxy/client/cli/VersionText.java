package io.vmessproxy.client.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** What a bug report should say. The version stands in the jar's manifest. */
final class VersionText implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = VersionText.class.getPackage().getImplementationVersion();
    return new String[] {
      "vmess-proxy " + Objects.requireNonNullElse(version, "(built without a version)"),
      "Java " + property("java.runtime.version") + " (" + property("java.vendor") + ")",
      property("os.name") + " " + property("os.version") + " " + property("os.arch")
    };
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }
}
