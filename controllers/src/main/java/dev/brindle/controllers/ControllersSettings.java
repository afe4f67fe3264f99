// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.datastore.connect.DatastoreSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// What only the environment says: where the stores are, the lease, the port of health.
///
/// @param store Calico's
/// @param kubernetes which says what there is; empty where Calico's store is just that
/// @param leaseNamespace of Kubernetes
/// @param identity of this process: no other one, and no other start of it, has the same
/// @param healthPort 0 for none
/// @param isHealthAsked whether the environment names the port, so that somebody asks it
record ControllersSettings(
    DatastoreSettings store,
    Optional<DatastoreSettings> kubernetes,
    String leaseNamespace,
    String leaseName,
    String identity,
    int healthPort,
    boolean isHealthAsked) {

  static final String LEASE_NAMESPACE = "BRINDLE_LEASE_NAMESPACE";
  static final String LEASE_NAME = "BRINDLE_LEASE_NAME";
  static final String HEALTH_PORT = "BRINDLE_CONTROLLERS_HEALTHPORT";

  static final int USUAL_HEALTH_PORT = 9095;
  private static final int LAST_PORT = 65_535;

  private static final String TYPE = "DATASTORE_TYPE";
  private static final String KUBERNETES = "kubernetes";

  /// @param start tells this start from others
  /// @throws IllegalArgumentException saying which variable is wrong, what it holds, what was
  ///     expected
  static ControllersSettings read(Map<String, String> environment, UUID start) {
    DatastoreSettings store = DatastoreSettings.fromEnvironment(environment);
    String host = given(environment, "HOSTNAME").orElse("controllers");
    return new ControllersSettings(
        store,
        store instanceof DatastoreSettings.Kubernetes
            ? Optional.empty()
            : Optional.of(kubernetes(environment)),
        given(environment, LEASE_NAMESPACE).orElse("kube-system"),
        given(environment, LEASE_NAME).orElse("brindle-controllers"),
        host + "_" + start,
        port(environment),
        given(environment, HEALTH_PORT).isPresent());
  }

  /// Who is there is asked of Kubernetes, wherever Calico's resources are.
  private static DatastoreSettings kubernetes(Map<String, String> environment) {
    Map<String, String> there = new HashMap<>(environment);
    there.put(TYPE, KUBERNETES);
    there.put("CALICO_" + TYPE, KUBERNETES);
    try {
      var found = (DatastoreSettings.Kubernetes) DatastoreSettings.fromEnvironment(there);
      return new DatastoreSettings.Beside(found.settings());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the controllers ask Kubernetes which nodes and pods there are: " + e.getMessage(), e);
    }
  }

  private static Optional<String> given(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  private static int port(Map<String, String> environment) {
    String text = given(environment, HEALTH_PORT).orElse(Integer.toString(USUAL_HEALTH_PORT));
    boolean isPort = text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= LAST_PORT;
    if (!isPort) {
      throw new IllegalArgumentException(
          "%s is '%s': expected a port, or 0 for none".formatted(HEALTH_PORT, text));
    }
    return Integer.parseInt(text);
  }
}
