package io.vmessproxy.client.cli;

/** How much is logged. To be chosen before the first logger is made: slf4j-simple looks once. */
enum LogLevel {
  QUIET("warn", "warn"),
  NORMAL("info", "warn"),
  VERBOSE("debug", "warn"),
  EVERYTHING("trace", "debug");

  private static final String PREFIX = "org.slf4j.simpleLogger.";

  private final String own;
  private final String netty;

  LogLevel(String own, String netty) {
    this.own = own;
    this.netty = netty;
  }

  /** Sets up slf4j-simple: standard error, time, level and message. */
  void apply() {
    set("logFile", "System.err");
    set("showDateTime", "true");
    set("dateTimeFormat", "HH:mm:ss.SSS");
    set("showThreadName", "false");
    set("showLogName", "false");
    set("defaultLogLevel", "warn");
    set("log.io.vmessproxy", own);
    set("log.io.netty", netty);
  }

  /** A property that was given to the JVM wins: one class can be watched alone so. */
  private static void set(String name, String value) {
    if (System.getProperty(PREFIX + name) == null) {
      System.setProperty(PREFIX + name, value);
    }
  }
}
