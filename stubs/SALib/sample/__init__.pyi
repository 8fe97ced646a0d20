from SALib.sample import morris as morris
from SALib.sample import sobol as sobol
