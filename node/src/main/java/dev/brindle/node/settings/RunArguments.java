// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What stands behind `brindle node run`: the flags of calicoctl's command of that name. Most are
/// another way to say what a variable says.
///
/// @param variables what the flags say, by variable
/// @param config a CalicoAPIConfig with the store
/// @param felixConfig a file with settings of felix
/// @param isDryRun says what would be run, and does nothing
/// @param remarks on flags that have no effect here
public record RunArguments(
    Map<String, String> variables,
    Optional<Path> config,
    Optional<Path> felixConfig,
    boolean isDryRun,
    List<String> remarks) {

  private static final Map<String, String> VARIABLES =
      Map.of(
          "--name", "NODENAME",
          "--as", "AS",
          "--ip", "IP",
          "--ip6", "IP6",
          "--ip-autodetection-method", "IP_AUTODETECTION_METHOD",
          "--ip6-autodetection-method", "IP6_AUTODETECTION_METHOD",
          "--backend", "CALICO_NETWORKING_BACKEND",
          "--context", "CALICO_K8S_CURRENT_CONTEXT");

  private static final String POOLS = "NO_DEFAULT_POOLS";
  private static final String SEVERITY = "FELIX_LOGSEVERITYSCREEN";

  public static final String USAGE =
      """
      Usage: brindle node run [FLAGS]

      Runs the daemon of this node: BGP, policy and the CNI server. It is configured by the
      environment as calico/node is (NODENAME, IP, IP6, AS, CALICO_IPV4POOL_CIDR, FELIX_..., the
      store's), or by calicoctl's flags, which count more:
        --name=NAME                        of the node (NODENAME)
        --as=NUMBER                        its AS number (AS)
        --ip=ADDRESS|autodetect|none       its IPv4 address (IP)
        --ip6=ADDRESS|autodetect|none      its IPv6 address (IP6)
        --ip-autodetection-method=METHOD   first-found, can-reach=HOST, interface=REGEX,..,
        --ip6-autodetection-method=METHOD  skip-interface=REGEX,.., cidr=CIDR,..
        --backend=bird|vxlan|none          (CALICO_NETWORKING_BACKEND)
        --no-default-ippools               (NO_DEFAULT_POOLS)
        -c, --config=FILE                  which store (default: the environment; where that says
                                           nothing, /etc/calico/calicoctl.cfg if it is there)
        --context=NAME                     of the kubeconfig
        --felix-config=FILE                settings of felix (NAME = VALUE), which FELIX_... override
        -l, --log-level=LEVEL              panic, fatal, error, warn, info or debug
        --dryrun                           check all this, print the command, and do nothing
      It stays in the foreground and logs to standard error, so --init-system, --log-dir and
      --node-image have no effect; --allow-version-mismatch neither.
        BRINDLE_RUN_DIR    sockets (default /run/brindle)
        BRINDLE_CNI_DIR    the CNI plugin's FIFOs (default /run/brindle/cni)
        BRINDLE_STATE_DIR  files that are kept (default /var/lib/brindle)
      """;

  public RunArguments {
    variables = Map.copyOf(variables);
    remarks = List.copyOf(remarks);
  }

  /// @param words after `run`
  /// @throws IllegalArgumentException saying which word is wrong and what was expected
  public static RunArguments parse(List<String> words) {
    return new Reading(words).read();
  }

  /// The environment with what the flags say.
  ///
  /// @param felix variables that both override
  public Map<String, String> over(Map<String, String> environment, Map<String, String> felix) {
    Map<String, String> all = new HashMap<>(felix);
    environment.keySet().forEach(name -> forget(all, name));
    all.putAll(environment);
    variables.keySet().forEach(name -> forget(all, name));
    all.putAll(variables);
    return all;
  }

  /// Names of felix's variables are the same in small letters.
  private static void forget(Map<String, String> all, String name) {
    if (FelixFile.isFelix(name)) {
      all.keySet().removeIf(name::equalsIgnoreCase);
    }
  }

  /// A line for a shell that does the same.
  public String command() {
    List<String> words = new ArrayList<>(List.of("env"));
    new TreeMap<>(variables).forEach((name, value) -> words.add(quoted(name + "=" + value)));
    words.addAll(List.of("brindle", "node", "run"));
    config.ifPresent(file -> words.add("--config=" + quoted(file.toString())));
    felixConfig.ifPresent(file -> words.add("--felix-config=" + quoted(file.toString())));
    return String.join(" ", variables.isEmpty() ? words.subList(1, words.size()) : words);
  }

  private static String quoted(String text) {
    boolean isPlain = text.matches("[A-Za-z0-9_./:=,@%+-]+");
    return isPlain ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  private static final class Reading {

    private final Iterator<String> rest;
    private final Map<String, String> variables = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();
    private Optional<Path> config = Optional.empty();
    private Optional<Path> felixConfig = Optional.empty();
    private boolean isDryRun;

    private Reading(List<String> words) {
      rest = words.iterator();
    }

    private RunArguments read() {
      while (rest.hasNext()) {
        take(rest.next());
      }
      return new RunArguments(variables, config, felixConfig, isDryRun, remarks);
    }

    private void take(String word) {
      int equals = word.startsWith("--") ? word.indexOf('=') : -1;
      String flag = equals < 0 ? word : word.substring(0, equals);
      Optional<String> given =
          equals < 0 ? Optional.empty() : Optional.of(word.substring(equals + 1));
      if (VARIABLES.containsKey(flag)) {
        variables.put(VARIABLES.get(flag), value(flag, given));
        return;
      }
      switch (flag) {
        case "--no-default-ippools" -> choose(flag, given, () -> variables.put(POOLS, "true"));
        case "--dryrun" -> choose(flag, given, () -> isDryRun = true);
        case "--init-system", "--allow-version-mismatch" -> choose(flag, given, () -> {});
        case "--config", "-c" -> config = Optional.of(Path.of(value(flag, given)));
        case "--felix-config" -> felixConfig = Optional.of(Path.of(value(flag, given)));
        case "--log-level", "-l" -> variables.put(SEVERITY, severity(flag, value(flag, given)));
        case "--log-dir" ->
            remarks.add(
                "--log-dir=%s has no effect: the log goes to standard error"
                    .formatted(value(flag, given)));
        case "--node-image" ->
            remarks.add(
                "--node-image=%s has no effect: the daemon runs in no container of its own"
                    .formatted(value(flag, given)));
        default -> throw new IllegalArgumentException("'%s' is not a flag".formatted(word));
      }
    }

    private static void choose(String flag, Optional<String> given, Runnable action) {
      switch (given.orElse("true")) {
        case "true" -> action.run();
        case "false" -> {}
        default ->
            throw new IllegalArgumentException(
                "%s is '%s': expected true or false".formatted(flag, given.orElse("")));
      }
    }

    private String value(String flag, Optional<String> given) {
      String value = given.orElseGet(() -> rest.hasNext() ? rest.next() : "");
      if (value.isBlank()) {
        throw new IllegalArgumentException("%s needs a value".formatted(flag));
      }
      return value;
    }

    private static String severity(String flag, String level) {
      return Arrays.stream(Severity.values())
          .filter(each -> each.word.equals(level))
          .findFirst()
          .map(each -> each.felix)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "%s is '%s': expected panic, fatal, error, warn, info or debug"
                          .formatted(flag, level)));
    }

    private enum Severity {
      PANIC("panic", "Fatal"),
      FATAL("fatal", "Fatal"),
      ERROR("error", "Error"),
      WARN("warn", "Warning"),
      INFO("info", "Info"),
      DEBUG("debug", "Debug");

      private final String word;
      private final String felix;

      Severity(String word, String felix) {
        this.word = word;
        this.felix = felix;
      }
    }
  }
}
