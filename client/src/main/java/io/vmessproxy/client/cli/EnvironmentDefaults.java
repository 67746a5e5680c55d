package io.vmessproxy.client.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code VMESS_PROXY_LISTEN} for {@code --listen}, and so on. Empty is as good as unset. */
final class EnvironmentDefaults implements IDefaultValueProvider {
  // Images and shells set VERSION-like names for purposes of their own.
  private static final Set<String> COMMAND_LINE_ONLY = Set.of("--help", "--version");

  private final Map<String, String> environment;

  EnvironmentDefaults(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public @Nullable String defaultValue(ArgSpec arg) {
    if (!(arg instanceof OptionSpec option) || COMMAND_LINE_ONLY.contains(option.longestName())) {
      return null;
    }
    String value = environment.get(variable(option.longestName()));
    return value == null || value.isEmpty() ? null : value;
  }

  /**
   * The variable of an option: {@code VMESS_PROXY_CONNECT_TIMEOUT} of {@code --connect-timeout}.
   */
  static String variable(String option) {
    return "VMESS_PROXY_" + option.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
