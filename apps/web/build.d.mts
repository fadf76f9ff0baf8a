/** The folder of the web app. */
export declare const webFolder: string
