// How clients sign parameters without a value. A verifier has to try all forms, the documented one first.
import { isSignedSubResource } from "../routing/sub-resources.ts";
import { bareNames, type V4EmptyValueForm } from "./v4-canonical-request.ts";

/** `prefix=&uploads=`. */
const equalsSigns: V4EmptyValueForm = () => true;

/**
 * ali-oss writes bare names for what it takes for a sub-resource and equals signs for what its caller passes as a query,
 * so `listUploads()` with an empty prefix signs `prefix=&uploads`.
 */
const equalsSignsOnParameters: V4EmptyValueForm = (name) => !isSignedSubResource(name);

export const v4EmptyValueForms: readonly V4EmptyValueForm[] = [
  bareNames,
  equalsSignsOnParameters,
  equalsSigns,
];
