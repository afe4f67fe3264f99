// SPDX-License-Identifier: Apache-2.0
/// The manifests that define our custom resources, made from the records.
@NullMarked
package dev.brindle.datastore.kubernetes.manifest;

import org.jspecify.annotations.NullMarked;
