// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.DECODING_FAILURE;
import static dev.brindle.cni.protocol.CniError.Code.GENERAL;
import static dev.brindle.cni.protocol.CniError.Code.INCOMPATIBLE_VERSION;
import static dev.brindle.cni.protocol.CniError.Code.INVALID_NETWORK_CONFIG;
import static dev.brindle.cni.protocol.CniError.Code.NOT_AVAILABLE;
import static dev.brindle.cni.protocol.CniError.Code.NOT_AVAILABLE_AND_DOWN;
import static dev.brindle.cni.protocol.CniError.Code.TRY_AGAIN_LATER;

import dev.brindle.cni.plugin.PluginCall;
import dev.brindle.cni.plugin.PluginReply;
import dev.brindle.cni.protocol.CniCommand;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniConfigReader;
import dev.brindle.cni.protocol.CniError;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.protocol.CniRequest;
import dev.brindle.cni.protocol.CniVersion;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.ipam.IpamException;
import dev.brindle.linux.kernel.KernelException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns what the plugin sent into calls of `PodNetwork` or `OthersAddresses`, and what comes of
/// them into the specification's answers. Never throws.
public final class CniCalls {

  private static final Logger LOG = LoggerFactory.getLogger(CniCalls.class);

  private static final Map<String, String> WARM_UP =
      Map.of(
          "CNI_COMMAND", "DEL",
          "CNI_CONTAINERID", "brindle-warm-up",
          "CNI_IFNAME", "eth0",
          "CNI_PATH", "/");

  private static final String WARM_UP_NETWORK =
      """
      {"cniVersion": "1.0.0", "name": "brindle-warm-up", "type": "calico",
       "ipam": {"type": "calico-ipam"}}
      """;

  private final PodNetwork pods;
  private final OthersAddresses others;

  /// @param others for networks of plugins that run us as their IPAM plugin
  public CniCalls(PodNetwork pods, OthersAddresses others) {
    this.pods = pods;
    this.others = others;
  }

  /// Takes an unplugged container away, which changes nothing, so that what ADD needs is loaded
  /// before the first pod comes.
  public void warmUp() {
    try {
      pods.prepare();
    } catch (DatastoreException e) {
      LOG.info("the node's own networks are not known yet: {}", e.getMessage());
    }
    answer(PluginCall.encode(WARM_UP, WARM_UP_NETWORK.getBytes(StandardCharsets.UTF_8)));
  }

  /// Of a call that no plugin made.
  public PluginReply answer(byte[] message) {
    return answer(message, Delegates.NONE);
  }

  /// @param host where the plugin that called runs
  public PluginReply answer(byte[] message, Delegates host) {
    try {
      return answer(PluginCall.decode(message), host);
    } catch (IllegalArgumentException e) {
      return refuse(
          CniVersion.NEWEST.toString(),
          CniError.of(DECODING_FAILURE, "the plugin's message: " + e.getMessage()));
    }
  }

  private PluginReply answer(PluginCall call, Delegates host) {
    long begin = System.nanoTime();
    try {
      return PluginReply.success(perform(call, host));
    } catch (CniException e) {
      return refuse(call, e.error());
    } catch (DatastoreException e) {
      return refuse(call, CniError.of(TRY_AGAIN_LATER, away(e, whoRepeats(call))));
    } catch (IpamException e) {
      return refuse(call, CniError.of(TRY_AGAIN_LATER, "IPAM: " + e.reason()));
    } catch (KernelException e) {
      return refuse(call, CniError.of(GENERAL, "kernel: " + e.getMessage()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return refuse(call, CniError.of(TRY_AGAIN_LATER, "the daemon is being stopped"));
    } catch (RuntimeException e) {
      LOG.error("call {} failed in a way it should not", call.environment(), e);
      return refuse(call, CniError.of(GENERAL, "fault in the daemon, see its log: " + e));
    } finally {
      LOG.debug(
          "{} of container {} took {} ms",
          call.environment().getOrDefault("CNI_COMMAND", ""),
          call.environment().getOrDefault("CNI_CONTAINERID", ""),
          (System.nanoTime() - begin) / 1_000_000);
    }
  }

  private static String away(DatastoreException e, String repeats) {
    return "datastore: %s; %s, and the readiness of the brindle node daemon says when it is back"
        .formatted(e.getMessage(), repeats);
  }

  /// kubelet makes the call again by itself, others who run the plugin may not.
  private static String whoRepeats(PluginCall call) {
    return call.environment().getOrDefault("CNI_ARGS", "").contains("K8S_POD_NAME=")
        ? "kubelet tries again"
        : "nothing is left of the call: make it again";
  }

  private String perform(PluginCall call, Delegates host) throws InterruptedException {
    CniRequest request = CniRequest.of(call.environment());
    if (request.command() == CniCommand.VERSION) {
      return CniVersion.supportedJson();
    }
    CniConfig config =
        request.command() == CniCommand.DEL
            ? CniConfigReader.readForDeletion(call.input())
            : CniConfigReader.read(call.input());
    if (!config.version().has(request.command())) {
      throw new CniException(
          INCOMPATIBLE_VERSION,
          "version %s has no %s: it came with %s"
              .formatted(config.version(), request.command(), request.command().since()));
    }
    return perform(request, config, host);
  }

  private String perform(CniRequest request, CniConfig config, Delegates host)
      throws InterruptedException {
    if (request.isForAddresses(config)) {
      return performForOthers(request, config, host);
    }
    switch (request.command()) {
      case ADD -> {
        refuseOthers(config);
        DelegatedIpam.refuseImpossible(config);
        return pods.add(request, config, host).json(config.version(), config.previous());
      }
      case DEL -> pods.delete(request, config, host);
      case CHECK -> pods.check(request, config, host);
      case GC -> pods.collect(config, CniConfigReader.validContainers(config.text()), host);
      case STATUS -> status(() -> pods.status(config, host));
      case VERSION -> throw new IllegalStateException("VERSION needs no configuration");
    }
    return "";
  }

  private String performForOthers(CniRequest request, CniConfig config, Delegates host)
      throws InterruptedException {
    switch (request.command()) {
      case ADD -> {
        return others.add(request, config, host).json(config.version());
      }
      case DEL -> others.delete(request, config, host);
      case CHECK -> others.check(request, config);
      case GC -> others.collect(config, CniConfigReader.validContainers(config.text()));
      case STATUS -> status(() -> others.status(config));
      case VERSION -> throw new IllegalStateException("VERSION needs no configuration");
    }
    return "";
  }

  /// It would plug the pod a second time. DEL is not refused: there is nothing to take away.
  private static void refuseOthers(CniConfig config) {
    if (config.isOthers()) {
      throw new CniException(
          INVALID_NETWORK_CONFIG,
          ("network configuration: type is '%s', which is another plugin: expected 'calico', or"
                  + " this program under the name 'calico-ipam', which assigns addresses for others")
              .formatted(config.type()));
    }
  }

  /// Whether any DEL was answered that is not done.
  boolean isOwed(PendingDeletes pending) {
    return !pending.isEmpty() || others.hasDoubts();
  }

  /// Does what is left to do of DELs that were answered while the store was away.
  ///
  /// @return why some are left; empty if none is
  Optional<String> finish(PendingDeletes pending) throws InterruptedException {
    Optional<String> problem = Optional.empty();
    if (others.hasDoubts()) {
      try {
        others.finishDoubtful();
      } catch (DatastoreException | CniException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    }
    for (PendingDeletes.Pending delete : pending.all()) {
      try {
        if (delete.request().isForAddresses(delete.config())) {
          others.finish(delete);
        } else {
          pods.finish(delete);
        }
      } catch (DatastoreException e) {
        return Optional.of(String.valueOf(e.getMessage())); // so it would be for the others
      } catch (CniException | KernelException | IpamException e) {
        problem =
            Optional.of(
                "container %s: %s".formatted(delete.request().containerId(), e.getMessage()));
      }
    }
    return problem;
  }

  private static void status(Runnable question) {
    try {
      question.run();
    } catch (DatastoreException e) {
      throw new CniException(NOT_AVAILABLE, away(e, "pods that come now would wait"), e);
    } catch (CniException e) {
      throw e.error().code() == NOT_AVAILABLE_AND_DOWN
          ? e
          : new CniException(NOT_AVAILABLE, e.error().message(), e);
    }
  }

  private static PluginReply refuse(PluginCall call, CniError error) {
    LOG.warn(
        "{} of container {} refused: {} (code {})",
        call.environment().getOrDefault("CNI_COMMAND", ""),
        call.environment().getOrDefault("CNI_CONTAINERID", ""),
        error.message(),
        error.number());
    return refuse(CniConfigReader.versionOf(call.input()), error);
  }

  private static PluginReply refuse(String version, CniError error) {
    return PluginReply.failure(error.json(version));
  }
}
